import type { PackageSubject } from './package-file.ts'

/** Where people read more about a worker: what its manifest names, else its document in the registry. */
export function homepageOf({ worker, origin }: PackageSubject): string {
  return worker.homepage ?? worker.repository ?? worker.documentation ?? origin + worker.url
}
