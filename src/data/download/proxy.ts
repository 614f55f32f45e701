// The proxy that the environment names for an address (http_proxy, https_proxy, all_proxy, no_proxy), and a tunnel through it.
import { request } from "node:http";
import type { Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { Fault } from "./fault.js";

function variable(name: string): string | undefined {
  return process.env[name] || process.env[name.toUpperCase()] || undefined;
}

/** Whether no_proxy names the host: "*", "example.org" and ".example.org" (with all below it), "example.org:8080". */
function isExempt(url: URL): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return (variable("no_proxy") ?? "").split(/[\s,]+/).some((entry) => {
    const [, name = "", only] = /^\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase().replace(/^\*\./, ".")) ?? [];
    if (name === "" || (only !== undefined && only !== port)) return false;
    return name === "*" || url.hostname === name || url.hostname.endsWith(`.${name}`);
  });
}

/** The proxy for an address; undefined where there is none.
 *  @throws Fault if it is no http proxy. */
export function proxyFor(url: URL): URL | undefined {
  const name = variable(url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? variable("all_proxy");
  if (name === undefined || isExempt(url)) return undefined;
  const proxy = new URL(/^\w+:\/\//.test(name) ? name : `http://${name}`);
  if (proxy.protocol !== "http:")
    throw new Fault("leave", `the proxy must be an http:// address, got ${proxy.protocol}//${proxy.host}`);
  return proxy;
}

/** Headers that a proxy wants from us. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}

/** A TLS connection to a host through the proxy.
 *  @param stall ms without a word after which we give up.
 *  @throws Fault if the proxy refuses; Error as the network says it. */
export function tunnel(
  proxy: URL,
  url: URL,
  stall: number,
  signal: AbortSignal | undefined,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const target = `${url.hostname}:${url.port || 443}`;
    const asked = request({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      timeout: stall,
      signal,
    });
    asked.once("timeout", () =>
      asked.destroy(new Fault("retry", `the proxy said nothing for ${stall / 1000} s`)),
    );
    asked.once("error", reject);
    asked.once("connect", ({ statusCode }, socket: Socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new Fault("leave", `the proxy ${proxy.host} refuses with status ${statusCode}`));
      }
      const secure = connect({ socket, servername: url.hostname }, () => resolve(secure));
      secure.once("error", reject);
    });
    asked.end();
  });
}
