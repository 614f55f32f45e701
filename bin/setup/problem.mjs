// What can go wrong, told in one line with the cure.

/** A fault that is not the program's: one line, and what to do about it. */
export class Problem extends Error {
  /** @param {string} message What is wrong, without a full stop.
   *  @param {string} cure What the reader can do. */
  constructor(message, cure) {
    super(message);
    this.name = "Problem";
    this.cure = cure;
  }

  /** Message and cure in one line. */
  get line() {
    return `${this.message}; ${this.cure}`.replace(/\s*\n\s*/g, " ");
  }
}

/** The user stopped the work. */
export class Stopped extends Error {}

const again = "then run the same command again";
const network =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|network request|NewConnectionError|ConnectTimeoutError|NameResolutionError|ReadTimeoutError|ProtocolError|IncompleteRead|Connection refused|Temporary failure in name resolution|Network is unreachable|ProxyError|connection (?:was )?(?:broken|aborted)/i;
const full = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|not enough space on the disk/i;
const denied = /EACCES|EROFS|Permission denied|Read-only file system/i;

/** Reads the cause out of an error's text.
 *  @param {string} text What a program printed, or an error's message with its code.
 *  @param {{ root: string, from: string, size: string }} about Folder, where packages come from, what is needed on disk.
 *  @returns {Problem | undefined} Undefined where the text names no cause known here. */
export function diagnose(text, { root, from, size }) {
  if (full.test(text))
    return new Problem(`the disk is full: about ${size} are needed in ${root}`, `free some space, ${again}`);
  if (/THESE PACKAGES DO NOT MATCH THE HASHES|EINTEGRITY/.test(text))
    return new Problem(
      `a package from ${from} is not the one that was locked (its checksum differs)`,
      `check the mirror or proxy in between, ${again}`,
    );
  if (network.test(text))
    return new Problem(
      `${from} cannot be reached`,
      `check the network (a proxy goes into HTTPS_PROXY, a mirror into ${from === "the npm registry" ? "npm_config_registry" : "PIP_INDEX_URL"}), ${again}`,
    );
  const unknown =
    /Could not find a version that satisfies the requirement (\S+) .*\(from versions: none\)/.exec(text)?.[1];
  if (unknown)
    return new Problem(
      `${from} does not answer, or has no ${unknown}`,
      `check the network and PIP_INDEX_URL, ${again}`,
    );
  if (denied.test(text))
    return new Problem(
      `${root} cannot be written to`,
      `make it yours (chown) or clone into a folder of your own, ${again}`,
    );
  return undefined;
}
