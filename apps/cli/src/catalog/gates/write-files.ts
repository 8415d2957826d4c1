import { isUnavailable, PACKAGE_FILE_FORMATS, type PackageFile, writePackageFile } from '@rbee/package-files'
import { RbeeError } from '@rbee/schema'
import { type GateFile, type GateOutcome, type GateSubject, reasonOf } from './gate-result.ts'

/** A file that could be made. */
export interface WrittenFile {
  readonly about: GateFile
  readonly file: PackageFile
}

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
    // That a format has nothing to work with, or a release was withdrawn, is no defect of the worker.
    return error.code === 'quarantined' || isUnavailable(error)
      ? { ...about, status: 'not_applicable', reason }
      : { ...about, status: 'failed', reasons: [reason] }
  }
}
