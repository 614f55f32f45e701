// Puts the main thread together: compiler, executor, output, comms, and the bridge to geodl/notebook.

import { complete, inspectAt, isComplete } from "./answers.js";
import { captureChildren } from "./children.js";
import { Comms } from "./comms.js";
import { Compiler } from "./compiler/compiler.js";
import type { Places } from "./compiler/service.js";
import { errorFields } from "./errors.js";
import { Executor } from "./executor.js";
import { closeOnExit } from "./exit.js";
import { watchFaults } from "./faults.js";
import { installHost, Questions } from "./host.js";
import type { Link } from "./link.js";
import { Loader } from "./loader.js";
import { type Origin, origins } from "./origin.js";
import { captureOutput, plainWarnings } from "./output.js";
import type { ToMain } from "./protocol.js";
import { installStackTraces } from "./stack.js";
import { allowTermination } from "./unwind.js";

/** Starts taking requests.
 *  @param link To the server thread, which already answers what needs no compiler.
 *  @param places The notebook's folder and the root of the geodl package. */
export function startKernel(link: Link, places: Places): void {
  const compiler = new Compiler(places);
  const loader = new Loader(places, compiler);
  const executor = new Executor(link, compiler, loader);
  const origin = (): Origin | undefined => origins.getStore() ?? executor.latest?.origin;
  const comms = new Comms(link, origin);
  const questions = new Questions();
  installStackTraces(places.cwd);
  captureOutput(origin);
  captureChildren();
  plainWarnings();
  watchFaults(link, executor);
  allowTermination(link);
  closeOnExit(link);
  installHost(executor, comms, questions);

  const answer = (seq: number, make: () => object): void => {
    let content: object;
    try {
      content = make();
    } catch (e) {
      content = { status: "error", ...errorFields(e) };
    }
    link.post({ t: "reply", seq, content: JSON.stringify(content), failed: false, output: null });
  };

  link.listen((m: ToMain) => {
    switch (m.t) {
      case "execute":
        questions.forget();
        return executor.execute(m);
      case "complete":
        return answer(m.seq, () => complete(compiler, m.code, m.pos, (n) => executor.valueOf(n)));
      case "inspect":
        return answer(m.seq, () => inspectAt(compiler, m.code, m.pos));
      case "is_complete":
        return answer(m.seq, () => isComplete(m.code));
      case "comm":
        return comms.receive(m);
      case "input":
        return questions.answer(m.value);
      case "interrupt":
        link.post({ t: "ack", turn: m.turn });
        return executor.interrupt(m.seq, false);
      case "terminated":
        return executor.interrupt(m.seq, true);
    }
  });
  // Reads the standard library before the first cell asks for it.
  setImmediate(() => link.kernel(() => compiler.compile("0", "warm-up")));
}
