// What the kernel says about itself.

/** Content of kernel_info_reply.
 *  @param version Versions of geodl and of the TypeScript that checks the cells.
 *  @returns Plain JSON. */
export function kernelInfo(version: { readonly geodl: string; readonly typescript: string }): object {
  return {
    status: "ok",
    protocol_version: "5.4",
    implementation: "geodl",
    implementation_version: version.geodl,
    banner: `geodl ${version.geodl}: TypeScript ${version.typescript} on Node ${process.version}`,
    language_info: {
      name: "typescript",
      version: version.typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      codemirror_mode: "typescript",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    },
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    ],
  };
}
