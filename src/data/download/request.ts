// One GET: redirects followed, the proxy respected, and no waiting for ever.
import * as http from "node:http";
import * as https from "node:https";
import { Fault } from "./fault.js";
import { proxyFor, proxyHeaders, tunnel } from "./proxy.js";

/** What a server answers; the body is to be read or destroyed. */
export type Answer = http.IncomingMessage;

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** ms without a byte after which the connection counts as stalled. */
  readonly stall: number;
  readonly signal: AbortSignal | undefined;
}

const mostRedirects = 5;

/** Asks for an address.
 *
 *  @param address http or https.
 *  @param options See GetOptions.
 *  @returns The first answer that is no redirect.
 *  @throws Fault where the connection stalls, redirects lead nowhere or from https to http; Error as the network says it. */
export async function get(address: string, options: GetOptions): Promise<Answer> {
  let url = new URL(address);
  for (let i = 0; i <= mostRedirects; i++) {
    const answer = await once(url, options);
    const { statusCode = 0, headers } = answer;
    if (![301, 302, 303, 307, 308].includes(statusCode)) return answer;
    answer.destroy();
    if (headers.location === undefined || !URL.canParse(headers.location, url.href))
      throw new Fault("leave", `status ${statusCode} names no other address`);
    const next = new URL(headers.location, url);
    if (!/^https?:$/.test(next.protocol) || (url.protocol === "https:" && next.protocol === "http:"))
      throw new Fault("leave", `a redirect must stay on https, got ${next.origin}`);
    url = next;
  }
  throw new Fault("leave", `there must be at most ${mostRedirects} redirects, got more`);
}

async function once(url: URL, { headers, stall, signal }: GetOptions): Promise<Answer> {
  const proxy = proxyFor(url);
  const isSecure = url.protocol === "https:";
  const socket = proxy && isSecure ? await tunnel(proxy, url, stall, signal) : undefined;
  return new Promise((resolve, reject) => {
    const common = { headers, timeout: stall, signal };
    const asked =
      socket !== undefined
        ? https.request(url, { ...common, agent: false, createConnection: () => socket })
        : proxy !== undefined
          ? http.request({
              ...common,
              host: proxy.hostname,
              port: proxy.port || 80,
              path: url.href,
              headers: { ...headers, host: url.host, ...proxyHeaders(proxy) },
            })
          : (isSecure ? https : http).request(url, common);
    let answer: Answer | undefined;
    asked.once("response", (response) => {
      answer = response;
      if (socket !== undefined) response.once("close", () => socket.destroy());
      resolve(response);
    });
    asked.once("timeout", () =>
      (answer ?? asked).destroy(new Fault("retry", `nothing came for ${Math.round(stall / 100) / 10} s`)),
    );
    asked.on("error", reject);
    asked.end();
  });
}
