import type { Finding, RbeeError } from '@rbee/schema'
import { FolderFindings, type Problem } from '../findings.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import type { CatalogTree, TreeEntryKind } from '../tree/catalog-tree.ts'
import { type Discovery, relativePath } from './discover.ts'
import type { Claimant, LostClaim } from './duplicates.ts'

const MAX_LINK_WARNINGS = 50

/** Why an entry does not get its names. */
export function describeLostClaim({ claimant, name, holder, tie }: LostClaim): Finding {
  return {
    code: 'duplicate_id',
    severity: 'error',
    message: tie
      ? `"${name}" is claimed here and by ${holder.place}, and nothing says who was first`
      : `"${name}" belongs to ${holder.place}`,
    next: 'choose another id, or remove one of the two',
    ...aboutId(claimant),
  }
}

/** Why an entry may not have its names, whoever else claims them. */
export function describeImpossibleNames(claimant: Claimant, { code, message, next }: RbeeError): Finding {
  return { ...aboutId(claimant), code, severity: 'error', message, next }
}

/** Where an entry states its id. */
function aboutId({
  entry,
  place,
  manifestFile,
}: Claimant): Pick<Finding, 'path' | 'file' | 'line' | 'field' | 'worker'> {
  return {
    path: place,
    file: manifestFile,
    line: null,
    field: manifestFile === MANIFEST_FILE ? 'worker.id' : 'id',
    worker: entry.manifest.id,
  }
}

/** What is said of the catalog rather than of one worker's folder that was read. */
export function describeCatalog(tree: CatalogTree, discovery: Discovery, changes: number | null): Finding[] {
  const all = (path: string, describe: (findings: FolderFindings) => void) => {
    const findings = new FolderFindings(relativePath(tree.scope, path) || '.')
    describe(findings)
    return findings.list()
  }
  return [
    ...all(tree.scope, (findings) => {
      if (changes === 0) return
      findings.warn({
        code: 'uncommitted_changes',
        message:
          changes === null
            ? 'whether there are uncommitted changes cannot be told; HEAD is served'
            : `${changes} uncommitted ${changes === 1 ? 'change is' : 'changes are'} not served: the catalog is read as of HEAD`,
        next: 'commit them',
      })
    }),
    ...discovery.withoutManifest.flatMap((folder) =>
      all(folder, (findings) =>
        findings.error({
          code: 'manifest_missing',
          message: `the folder has a PKGBUILD and no ${MANIFEST_FILE}`,
          next: `add ${MANIFEST_FILE}`,
          file: MANIFEST_FILE,
        }),
      ),
    ),
    ...discovery.notFollowed
      .slice(0, MAX_LINK_WARNINGS)
      .flatMap((path) => all(path, (findings) => findings.warn(describeLeftOut(tree.entries.get(path))))),
    ...tree.unusable.slice(0, MAX_LINK_WARNINGS).flatMap((path) =>
      all(tree.scope, (findings) =>
        findings.warn({
          code: 'file_not_utf8',
          message: `the name ${JSON.stringify(path.slice(0, 100))} is not usable and is left out`,
          next: 'rename it: UTF-8, no control characters or backslashes',
        }),
      ),
    ),
  ]
}

function describeLeftOut(kind: TreeEntryKind | undefined): Problem {
  switch (kind) {
    case 'submodule':
      return {
        code: 'file_is_link',
        message: 'submodules are not read',
        next: 'put the files themselves into the catalog',
      }
    case 'unreadable':
      return {
        code: 'catalog_unreadable',
        message: 'the folder may not be listed by this process',
        next: 'give it read permission',
      }
    case 'link':
    case 'file':
    case undefined:
      return {
        code: 'file_is_link',
        message: 'links are not followed',
        next: 'put the files themselves into the catalog',
      }
  }
}
