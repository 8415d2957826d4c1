import { Language, type Node, Parser } from 'web-tree-sitter'
import { readGrammarFiles } from './grammar-files.ts'

/** In bytes; the longest PKGBUILDs of distributions have about 60 KiB. */
export const PKGBUILD_MAX_BYTES = 64 * 1024
/**
 * Assignments of arrays, here-documents and NULs. The parser's work grows with the square of how deeply these are nested
 * (2,000 nested `a=(` cost it a second, 300 some milliseconds), and whether they are nested only the parser can tell.
 */
const MAX_COSTLY = 300
/** The scanner takes a NUL for the end of the text: 128 KiB of them kept it busy for more than 8 s. */
const COSTLY = /=(?:\\\n)*\(|<<|\0/g
/** The parser asks after every few hundred steps whether to go on: 64 KiB of PKGBUILDs of distributions took it 500 times. */
const MAX_PROGRESS_CALLS = 2_000

/** A node of the syntax tree; valid only while its tree is visited. */
export type SyntaxNode = Node

let loading: Promise<Parser> | null = null

/**
 * Parses bash into its syntax tree, hands its root to `visit`, and frees it. Nothing of the text is ever executed.
 *
 * @returns null where the text is built to exhaust the parser.
 */
export async function withSyntaxTree<T>(text: string, visit: (root: Node) => T): Promise<T | null> {
  if ((text.match(COSTLY)?.length ?? 0) > MAX_COSTLY) return null
  loading ??= loadParser()
  const parser = await loading
  let calls = 0
  const tree = parser.parse(text, null, {
    progressCallback: () => {
      calls += 1
      return calls > MAX_PROGRESS_CALLS
    },
  })
  if (tree === null) {
    parser.reset()
    return null
  }
  try {
    return visit(tree.rootNode)
  } finally {
    tree.delete()
  }
}

async function loadParser(): Promise<Parser> {
  const files = await readGrammarFiles()
  await Parser.init({ wasmBinary: files.parser })
  const parser = new Parser()
  parser.setLanguage(await Language.load(files.bash))
  return parser
}
