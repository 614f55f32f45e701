// The API's reference by room: the one place that knows TypeDoc.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Comment, LogLevel, type PageEvent } from "typedoc";

/** Rooms that a reader imports: those with a table of contents of their own, but for the command line and the kernel's process. */
function publicRooms(src: string): string[] {
  return readdirSync(src).filter(
    (room) => !["cli", "kernel"].includes(room) && existsSync(join(src, room, "index.ts")),
  );
}

/** A page of TypeDoc's with its links to the site filled in, landmarks named, and no link inside a heading that folds.
 *  @param html As TypeDoc made it. @param up The way from this page to the site's folder. */
function mended(html: string, up: string): string {
  return html
    .replaceAll('href="site:', `href="${up}`)
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<nav id="tsd-sidebar-links"', '<nav id="tsd-sidebar-links" aria-label="Site"')
    .replace(/(<summary\b(?:(?!<\/summary>).)*?)<a [^>]*class="tsd-anchor-icon"[^>]*>.*?<\/a>/gs, "$1");
}

/** Writes the reference.
 *
 *  @param root Folder of the project.
 *  @param out Folder to write into.
 *  @param css Style sheet beside TypeDoc's own.
 *  @returns How many pages.
 *  @throws Error where TypeDoc cannot read the code. */
export async function writeReference(root: string, out: string, css: string): Promise<number> {
  const src = join(root, "src");
  const rooms = publicRooms(src);
  const app = await Application.bootstrap({
    entryPoints: rooms.map((room) => join(src, room, "index.ts")),
    tsconfig: join(root, "tsconfig.json"),
    name: "geodl",
    readme: "none",
    router: "structure",
    customCss: css,
    // Filled in below, for each page lies in a folder of its own depth.
    navigationLinks: { Course: "site:index.html", Results: "site:results.html" },
    // The sidebar lists the rooms; a room's page lists what is in it.
    navigationLeaves: rooms,
    disableSources: true,
    skipErrorChecking: true,
    excludeExternals: true,
    hideGenerator: true,
    githubPages: false,
    includeVersion: true,
    lightHighlightTheme: "github-light-high-contrast",
    darkHighlightTheme: "github-dark-high-contrast",
    validation: false,
    sort: ["alphabetical"],
    groupOrder: ["Functions", "Classes", "Variables", "Interfaces", "Type Aliases", "*"],
    logLevel: LogLevel.Error,
    suppressCommentWarningsInDeclarationFiles: true,
  });
  const project = await app.convert();
  if (!project) throw new Error("writeReference: TypeDoc must read src/, got errors; see above");
  const isFor = (room: string) =>
    readFileSync(join(src, room, "index.ts"), "utf8")
      .split("\n")[0]!
      .replace(/^\/\/ Room \w+\/: /, "");
  for (const room of project.children ?? [])
    room.comment = new Comment([{ kind: "text", text: isFor(room.name) }]);
  const list = rooms.map((room) => `- **${room}**: ${isFor(room).replace("<->", "to and from")}`);
  const how =
    'A room is imported by its name, `import { show, signal } from "geodl"`, or as a module of its own, `geodl/signal`.';
  project.comment = new Comment([{ kind: "text", text: `${how}\n\n${list.join("\n")}` }]);
  let pages = 0;
  app.renderer.on("endPage", (page: PageEvent) => {
    pages++;
    page.contents = mended(page.contents ?? "", "../".repeat(page.url.split("/").length));
  });
  await app.generateDocs(project, out);
  if (app.logger.hasErrors())
    throw new Error("writeReference: TypeDoc must write every page, got errors; see above");
  return pages;
}
