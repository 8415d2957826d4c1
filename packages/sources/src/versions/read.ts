import type { FolderFindings } from '../findings.ts'
import type { BuildSystem } from '../manifest/read.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { readText, TEXT_MAX_BYTES } from '../tree/read-text.ts'
import { readCargoVersion } from './cargo.ts'
import { readPackageJsonVersion } from './package-json.ts'
import { readPyprojectVersion } from './pyproject.ts'
import { checkedVersion, type StatedVersion } from './settle.ts'
import type { VersionStatement } from './statement.ts'

/** The files that state a version in the monorepo layout, in order of precedence. */
export const VERSION_FILES = [
  { file: 'Cargo.toml', system: 'cargo' },
  { file: 'package.json', system: 'npm' },
  { file: 'pyproject.toml', system: 'pip' },
] as const satisfies readonly { file: string; system: BuildSystem }[]

/** The version of a folder of the monorepo layout; null, with a finding, where it cannot be read. */
export async function readVersion(
  tree: CatalogTree,
  folder: string,
  system: BuildSystem,
  findings: FolderFindings,
): Promise<StatedVersion | null> {
  const file = VERSION_FILES.find((candidate) => candidate.system === system)?.file ?? ''
  const text = await readText(tree, folder, file, { maxBytes: TEXT_MAX_BYTES, severity: 'error' }, findings)
  if (text === null) return null
  const statement = await readStatement(tree, folder, system, text)
  if (!statement.ok) {
    const { message, next, line } = statement
    findings.error({ code: 'version_missing', message, next, file, line, field: 'version' })
    return null
  }
  return checkedVersion(
    statement.text,
    { file: statement.file, line: statement.line, field: 'version' },
    findings,
  )
}

function readStatement(
  tree: CatalogTree,
  folder: string,
  system: BuildSystem,
  text: string,
): VersionStatement | Promise<VersionStatement> {
  switch (system) {
    case 'cargo':
      return readCargoVersion(tree, folder, text)
    case 'npm':
      return readPackageJsonVersion(text)
    case 'pip':
      return readPyprojectVersion(text)
  }
}
