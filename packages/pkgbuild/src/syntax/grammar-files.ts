import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** WebAssembly of the parser and of its grammar for bash. */
export interface GrammarFiles {
  readonly parser: Uint8Array
  readonly bash: Uint8Array
}

/** Reads both from the packages they come with. Bundled programs carry them in this module's place. */
export async function readGrammarFiles(): Promise<GrammarFiles> {
  const [parser, bash] = await Promise.all([
    readFile(fileURLToPath(import.meta.resolve('web-tree-sitter/web-tree-sitter.wasm'))),
    readFile(fileURLToPath(import.meta.resolve('tree-sitter-bash/tree-sitter-bash.wasm'))),
  ])
  return { parser, bash }
}
