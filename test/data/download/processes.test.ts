// Downloads by whole processes: killed, stopped, two at once; the command line; proxies.
import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalog, fetch } from "geodl/data";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type FaultyServer, faultyServer, flipped, other, stall, status, well } from "./server.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl-processes-"));
const cache = join(folder, "cache");
const name = "poststack/aaspip/README.md"; // small: its bytes are known here
const text = Buffer.from("# data\nA data repository to store small DEMO datasets\n");
const target = join(cache, name);
let server: FaultyServer;
beforeAll(async () => {
  server = await faultyServer(text);
});
beforeEach(() => {
  server.plan();
  vi.stubEnv("GEODL_DATA", "");
  vi.stubEnv("GEODL_CACHE", cache);
  vi.stubEnv("GEODL_MIRROR", server.address);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const child = (env: NodeJS.ProcessEnv = {}): ChildProcess =>
  fork(fileURLToPath(new URL("./child.mjs", import.meta.url)), [name], {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
const ended = (process: ChildProcess) => new Promise((resolve) => process.once("exit", resolve));
const first = (process: ChildProcess) => new Promise((resolve) => process.once("message", resolve));
const geodl = (...args: string[]) =>
  new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const process_ = spawn(process.execPath, [join(root, "bin", "geodl.mjs"), ...args], {
      env: process.env,
    });
    let [stdout, stderr] = ["", ""];
    process_.stdout.on("data", (piece: Buffer) => {
      stdout += piece.toString();
    });
    process_.stderr.on("data", (piece: Buffer) => {
      stderr += piece.toString();
    });
    process_.on("close", (status) => resolve({ status, stdout, stderr }));
  });

describe("processes", () => {
  it("one is killed in the middle: the next goes on from there", async () => {
    server.plan(stall(20));
    const killed = child();
    expect(await first(killed)).toEqual({ done: 20 });
    killed.kill("SIGKILL");
    await ended(killed);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(`${target}.partial`).sort()).toEqual(["bytes", "lock", "version"]);
    expect(await fetch(name)).toBe(target);
    expect(server.asked.map((a) => a.range)).toEqual([undefined, "bytes=20-"]);
    expect(readdirSync(join(cache, "poststack", "aaspip"))).toEqual(["README.md"]);
  });
  it("four at once ask once", async () => {
    const all = Array.from({ length: 4 }, () => child());
    expect(await Promise.all(all.map(ended))).toEqual([0, 0, 0, 0]);
    expect([readFileSync(target).equals(text), server.asked.length]).toEqual([true, 1]);
    expect(readdirSync(join(cache, "poststack", "aaspip"))).toEqual(["README.md"]);
  });
  it("one waits for a slow one, and goes on itself when that is killed", async () => {
    server.plan(stall(20));
    const slow = child();
    await first(slow);
    const patient = fetch(name);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(server.asked.length).toBe(1);
    slow.kill("SIGKILL");
    await patient;
    expect(server.asked.map((a) => a.range)).toEqual([undefined, "bytes=20-"]);
  });
});

describe("geodl data fetch", () => {
  it("fetches, says the licence, and does nothing the second time", async () => {
    const done = await geodl("data", "fetch", name);
    expect([done.status, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toMatch(/1 file is here; licence: MIT\n$/);
    expect((await geodl("data", "fetch", name)).status).toBe(0);
    expect(server.asked.map((a) => a.url)).toEqual([`/${name}`]);
  });
  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops at %s with one line, and goes on the next time",
    async (signal) => {
      server.plan(stall(20));
      const stopped = spawn(process.execPath, [join(root, "bin", "geodl.mjs"), "data", "fetch", name], {
        env: process.env,
      });
      let stderr = "";
      stopped.stderr.on("data", (piece: Buffer) => {
        stderr += piece.toString();
      });
      await vi.waitUntil(() => statSync(`${target}.partial/bytes`, { throwIfNoEntry: false })?.size === 20, {
        timeout: 20_000,
      });
      stopped.kill(signal);
      expect(await ended(stopped)).toBe(130);
      expect(stderr).toBe("geodl data: stopped; the next call goes on from here\n");
      expect(readdirSync(`${target}.partial`).sort()).toEqual(["bytes", "version"]);
      expect((await geodl("data", "fetch", name)).status).toBe(0);
      expect(server.asked.map((a) => a.range)).toEqual([undefined, "bytes=20-"]);
    },
  );
  it("fails in one line with status 1", async () => {
    server.plan(status(404));
    const { status: code, stderr } = await geodl("data", "fetch", name);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^geodl data: data\.fetch: poststack\/aaspip\/README\.md must come from one of 1 addresses, got 127\.0\.0\.1:\d+: status 404; set GEODL_DATA to a folder that holds it, or put it at [^\n]+\n$/,
    );
  });
  it("goes on with the others where one fails, and gives up where all do", async () => {
    const some = await geodl("data", "fetch", "poststack/aaspip"); // the server has README.md's bytes for each name
    expect(some.status).toBe(1);
    expect(some.stderr.trim().split("\n").length).toBe(3);
    expect(some.stderr).toMatch(
      /^(geodl data: data\.fetch: poststack\/aaspip\/[^\n]+ bytes, got 54; [^\n]+\n){3}$/,
    );
    expect(readFileSync(target).equals(text)).toBe(true);
    server.plan();
    const none = await geodl("data", "fetch", "picking");
    expect([none.status, none.stderr.trim().split("\n").length]).toEqual([1, 5]);
    expect(server.asked.length).toBeLessThan(10); // of 111
  });
  it("is refused with status 2 without a name that exists", async () => {
    const { status: code, stderr } = await geodl("data", "fetch", "poststak");
    expect(code).toBe(2);
    expect(stderr).toMatch(/got "poststak"; nearest: poststack[^\n]*\nsee: geodl data --help\n$/);
    expect((await geodl("data", "fetch")).status).toBe(2);
    expect((await geodl("data", "dance")).status).toBe(2);
  });
});

describe("geodl data list and verify", () => {
  it("list: sets, files of a folder, JSON", async () => {
    const all = await geodl("data", "list");
    expect(all.stdout).toMatch(/^stead-ncedc +5 +7\.3 +0 +MIT /m);
    expect(all.stdout).toMatch(/^weights\/phasenet_volpick\.\* +2 +1\.1 +0 +GPL-3\.0 /m);
    const folder_ = await geodl("data", "list", "operator");
    expect(folder_.stdout.trim().split("\n").length).toBe(4);
    const json = JSON.parse((await geodl("data", "list", "--json")).stdout) as { name: string }[];
    expect(json.map((entry) => entry.name)).toEqual([...catalog().keys()]);
  });
  it("verify: ok, differs, missing; status 1 where one differs", async () => {
    await fetch(name);
    const good = await geodl("data", "verify");
    expect([good.status, good.stdout]).toEqual([
      0,
      `ok       ${name}  ${target}\n1 ok, 0 differ, ${catalog().size - 1} missing\n`,
    ]);
    rmSync(target);
    server.plan(other(flipped));
    await fetch(name); // damaged once, right the second time
    const { writeFileSync } = await import("node:fs");
    writeFileSync(target, "something else");
    const bad = await geodl("data", "verify", "poststack");
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(new RegExp(`^differs  ${name}  `, "m"));
    expect(bad.stdout).toMatch(/^missing {2}poststack\/aaspip\/real3d\.bin$/m);
    expect(await fetch(name)).toBe(target); // a damaged copy in the cache is replaced
    expect(readFileSync(target).equals(text)).toBe(true);
  });
});

describe("a proxy", () => {
  it("is asked with the whole address, unless no_proxy names the host", async () => {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.url} ${request.headers["proxy-authorization"]}`);
      well()(request, response, text);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = `me:pass%21@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    vi.stubEnv("http_proxy", `http://${address}`);
    vi.stubEnv("GEODL_MIRROR", "http://data.example:8000/base/");
    await fetch(name);
    expect(seen).toEqual([
      `http://data.example:8000/base/${name} Basic ${Buffer.from("me:pass!").toString("base64")}`,
    ]);
    rmSync(target);
    vi.stubEnv("no_proxy", "localhost, .example:9, 127.0.0.1");
    vi.stubEnv("GEODL_MIRROR", server.address);
    await fetch(name);
    expect([seen.length, server.asked.length]).toEqual([1, 1]);
    rmSync(target);
    vi.stubEnv("no_proxy", "");
    vi.stubEnv("http_proxy", "socks5://127.0.0.1:1");
    await expect(fetch(name)).rejects.toThrow(
      "the proxy must be an http:// address, got socks5://127.0.0.1:1",
    );
    proxy.close();
  });
  it("opens a tunnel to an https address", async (ctx) => {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
    const made = spawnSync("openssl", [
      ...args,
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    ]);
    if (made.status !== 0) return ctx.skip("needs openssl");
    const secure = createSecureServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (request, response) => well()(request, response, text),
    );
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    const port = (secure.address() as AddressInfo).port;
    const tunnels: string[] = [];
    let isOpen = true;
    const proxy = createServer().on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      if (!isOpen) return socket.end("HTTP/1.1 407 Who are you\r\n\r\n");
      const through = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Go ahead\r\n\r\n");
        through.pipe(socket).pipe(through);
      });
      through.on("error", () => socket.destroy());
      socket.on("error", () => through.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const env = {
      GEODL_MIRROR: `https://localhost:${port}`,
      HTTPS_PROXY: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: certificate,
    };
    expect(await ended(child(env))).toBe(0);
    expect(readFileSync(target).equals(text)).toBe(true);
    expect(tunnels).toEqual([`localhost:${port}`]);
    rmSync(target);
    isOpen = false;
    const refused = child(env);
    let stderr = "";
    refused.stderr?.on("data", (piece: Buffer) => {
      stderr += piece.toString();
    });
    expect(await ended(refused)).toBe(1);
    expect(stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ refuses with status 407/);
    // a certificate that nobody vouches for is refused at once
    isOpen = true;
    const untrusting = child({ ...env, NODE_EXTRA_CA_CERTS: "" });
    expect(await ended(untrusting)).toBe(1);
    secure.closeAllConnections();
    secure.close();
    proxy.close();
  });
});
