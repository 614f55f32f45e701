// A local server that misbehaves as it is told, one behaviour a request, and remembers what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request; `body` is the true file. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export interface Asked {
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export interface FaultyServer {
  readonly address: string;
  readonly asked: readonly Asked[];
  /** What comes next; after the last the file is served whole. */
  plan(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

const tag = '"v1"';

/** Serves as it should: ranges, If-Range, ETag. */
export const well =
  (etag = tag): Behaviour =>
  (request, response, body) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? -1);
    const isSame = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
    if (from >= body.length) response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
    else if (from < 0 || !isSame)
      response.writeHead(200, { "content-length": body.length, etag, "accept-ranges": "bytes" }).end(body);
    else
      response
        .writeHead(206, {
          "content-length": body.length - from,
          "content-range": `bytes ${from}-${body.length - 1}/${body.length}`,
          etag,
        })
        .end(body.subarray(from));
  };

/** Begins well and breaks the connection after `n` bytes of its answer. */
export const drop =
  (n: number): Behaviour =>
  (request, response, body) =>
    cutAfter(n, request, response, body, () => response.destroy());

/** Begins well and says nothing more after `n` bytes. */
export const stall =
  (n: number): Behaviour =>
  (request, response, body) =>
    cutAfter(n, request, response, body, () => {});

function cutAfter(
  n: number,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  then: () => void,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const head = { "content-length": body.length - from, etag: tag };
  if (from > 0)
    response.writeHead(206, { ...head, "content-range": `bytes ${from}-${body.length - 1}/${body.length}` });
  else response.writeHead(200, head);
  response.write(body.subarray(from, from + n), () => setTimeout(then, 20));
}

/** Another body with its own length: a file cut short, damaged, changed. */
export const other =
  (change: (body: Buffer) => Buffer, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response, body) => {
    const changed = change(Buffer.from(body));
    response.writeHead(200, { "content-length": changed.length, ...headers }).end(changed);
  };

/** Says no length and ends after `n` bytes as if that were all. */
export const short =
  (n: number): Behaviour =>
  (_, response, body) => {
    response.writeHead(200, { etag: tag });
    response.end(body.subarray(0, n));
  };

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(code, headers).end();

/** Knows no ranges. */
export const whole: Behaviour = (_, response, body) =>
  void response.writeHead(200, { "content-length": body.length }).end(body);

/** A bit flipped in the middle. */
export const flipped = (body: Buffer): Buffer => {
  body[Math.floor(body.length / 2)]! ^= 1;
  return body;
};

/** Starts a server.
 *  @param files Path without the first slash, content; or one content for every path. */
export async function faultyServer(files: Buffer | ReadonlyMap<string, Buffer>): Promise<FaultyServer> {
  let next: Behaviour[] = [];
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? "");
    asked.push({ url, range: request.headers.range, ifRange: request.headers["if-range"] as string });
    const body = Buffer.isBuffer(files) ? files : files.get(url.slice(1));
    if (body === undefined) response.writeHead(404).end();
    else (next.shift() ?? well())(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    plan: (...behaviours) => {
      next = behaviours;
      asked.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
