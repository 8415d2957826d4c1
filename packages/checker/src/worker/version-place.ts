import type { CheckedWorker } from './checked-worker.ts'
import { manifestFileOf } from './manifest-file.ts'

/** Where the version of a worker is stated, relative to the repository. */
export function versionPlaceOf(worker: CheckedWorker): { readonly file: string; readonly line: number } {
  const inFolder = (file: string) => (worker.folder === '' ? file : `${worker.folder}/${file}`)
  for (const [file, form] of FORMS) {
    const index =
      worker.files
        .get(file)
        ?.text?.split('\n')
        .findIndex((line) => form.test(line)) ?? -1
    if (index !== -1) return { file: inFolder(file), line: index + 1 }
  }
  return { file: inFolder(manifestFileOf(worker)), line: 1 }
}

const FORMS: readonly (readonly [string, RegExp])[] = [
  ['Cargo.toml', /^\s*version\s*=/],
  ['package.json', /^\s*"version"\s*:/],
  ['pyproject.toml', /^\s*version\s*=/],
  ['PKGBUILD', /^\s*pkgver=/],
  ['PKGBUILD.bin', /^\s*pkgver=/],
  ['metadata.json', /"version"\s*:/],
]
