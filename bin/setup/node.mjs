// Whether this Node can run geodl. Written so that any Node parses it.

/** The oldest Node that geodl runs on: the first that loads ES modules by require. */
export const oldest = [20, 19];

/** What is wrong with a Node, and the cure.
 *  @param version As in process.version, e.g. "v18.20.1".
 *  @returns One line, or null where nothing is wrong. */
export function nodeProblem(version) {
  const parts = version.replace(/^v/, "").split(".").map(Number);
  const isOld = parts[0] < oldest[0] || (parts[0] === oldest[0] && parts[1] < oldest[1]);
  if (!isOld) return null;
  return (
    "Node " +
    oldest.join(".") +
    " or newer is needed, got " +
    version +
    "; install a newer one (nodejs.org, `nvm install 22` or `conda install nodejs=22`) and run the same command again"
  );
}
