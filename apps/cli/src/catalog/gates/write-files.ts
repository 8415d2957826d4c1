import { PACKAGE_FILE_FORMATS, type PackageFile, writePackageFile } from '@rbee/package-files'
import { type ErrorCode, RbeeError } from '@rbee/schema'
import type { GateFile, GateOutcome, GateSubject, Reason } from './gate-result.ts'

/** A file that could be made. */
export interface WrittenFile {
  readonly about: GateFile
  readonly file: PackageFile
}

/** With these a format says that the worker has nothing for it, which is no defect of the worker. */
const NOTHING_TO_PACKAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'no_binary',
  'no_artifact',
  'no_repository',
  'not_buildable',
  'quarantined',
])

/** Makes every file of a worker: each format, for its default variant and for every variant with an address of its own. */
export function writeEveryFile(subject: GateSubject): (WrittenFile | GateOutcome)[] {
  const { worker, release } = subject
  const addresses = [
    { address: worker.id, variant: null },
    ...release.variants.flatMap(({ id, name }) => (id === worker.id ? [] : [{ address: id, variant: name }])),
  ]
  return addresses.flatMap((place) =>
    PACKAGE_FILE_FORMATS.map((format) =>
      writeFile(subject, { worker: worker.id, version: release.version, ...place, format }),
    ),
  )
}

function writeFile({ worker, release, origin }: GateSubject, about: GateFile): WrittenFile | GateOutcome {
  try {
    const file = writePackageFile(about.format, { worker, release, variant: about.variant, origin })
    return { about, file }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    const reason = reasonOf(error)
    return NOTHING_TO_PACKAGE.has(error.code)
      ? { ...about, status: 'not_applicable', reason }
      : { ...about, status: 'failed', reasons: [reason] }
  }
}

export const reasonOf = ({ code, message, next }: RbeeError): Reason => ({ code, message, next })
