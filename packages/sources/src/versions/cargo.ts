import { isTable, type ParsedDocument } from '../document/document.ts'
import { parseToml } from '../document/toml.ts'
import { type CatalogTree, foldersUpward, joinPath, parentFolder } from '../tree/catalog-tree.ts'
import { TEXT_MAX_BYTES } from '../tree/read-text.ts'
import { syntaxProblem, type VersionStatement } from './statement.ts'

const FILE = 'Cargo.toml'

/**
 * `package.version` of a Cargo.toml. A crate that inherits it (`version.workspace = true`) takes `workspace.package.version`
 * of the nearest Cargo.toml with a `[workspace]` table, in the crate's own folder or around it, as Cargo itself does
 * (The Cargo Book, "The workspace.package table").
 */
export async function readCargoVersion(
  tree: CatalogTree,
  folder: string,
  text: string,
): Promise<VersionStatement> {
  const parsed = parseToml(text)
  if (!parsed.ok) return syntaxProblem(FILE, parsed.problem)
  const { root, lineOf } = parsed.document
  if (!isTable(root.package)) {
    return {
      ok: false,
      message: `${FILE} has no [package] table`,
      next: 'put worker.toml beside the Cargo.toml of a crate',
      line: null,
    }
  }
  const { version } = root.package
  const line = lineOf(['package', 'version'])
  if (typeof version === 'string') return { ok: true, text: version, line, file: FILE }
  if (isTable(version) && version.workspace === true) {
    return readWorkspaceVersion(tree, folder, parsed.document, line)
  }
  return {
    ok: false,
    message: version === undefined ? `${FILE} states no package.version` : 'package.version is not a text',
    next: `write version = "1.2.3" or version.workspace = true into [package]`,
    line,
  }
}

async function readWorkspaceVersion(
  tree: CatalogTree,
  folder: string,
  own: ParsedDocument,
  line: number | null,
): Promise<VersionStatement> {
  for (const candidate of foldersUpward(folder)) {
    const document = candidate === folder ? own : await readCargoToml(tree, candidate)
    const workspace = document?.root.workspace
    if (document === null || !isTable(workspace)) continue
    const place = candidate === '' ? FILE : joinPath(candidate, FILE)
    const version = isTable(workspace.package) ? workspace.package.version : undefined
    if (typeof version === 'string') return { ok: true, text: version, line, file: FILE }
    return {
      ok: false,
      message: `the version is inherited, but ${place} states no workspace.package.version`,
      next: `write version = "1.2.3" into [workspace.package] of ${place}`,
      line,
    }
  }
  return {
    ok: false,
    message: `the version is inherited, but no ${FILE} around ${folder === '' ? 'the folder' : parentFolder(folder) || 'it'} has a [workspace] table`,
    next: 'add [workspace.package] with a version to the Cargo.toml of the workspace, or state the version in this file',
    line,
  }
}

async function readCargoToml(tree: CatalogTree, folder: string): Promise<ParsedDocument | null> {
  const outcome = await tree.read(joinPath(folder, FILE), TEXT_MAX_BYTES)
  if (!outcome.ok) return null
  const parsed = parseToml(outcome.text)
  return parsed.ok ? parsed.document : null
}
