import type { PackageFileFormatName } from '@rbee/package-files'
import type { ErrorCode, RbeeError, ReleaseDocument, VariantName, WorkerDocument } from '@rbee/schema'

/** A worker whose package files are tried. */
export interface GateSubject {
  readonly worker: WorkerDocument
  /** Of its newest version. */
  readonly release: ReleaseDocument
  /** Address of the server that the files name, without a slash at the end. */
  readonly origin: string
  /** Whether that server serves these documents, and so has to have what they name. */
  readonly served: boolean
}

/** Why a file is not as it should be, in the words of an `RbeeError`. */
export interface Reason {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string | null
}

/** The words of an error. */
export function reasonOf({ code, message, next }: RbeeError): Reason {
  return { code, message, next }
}

/** A generated file that cannot be read: what it holds depends on documents alone, whatever they say. */
export function invalidFile(message: string): Reason {
  const next =
    'report it with the documents of the worker: what is generated has to be readable whatever they say'
  return { code: 'package_file_invalid', message, next }
}

/** One file that a package manager could be given. */
export interface GateFile {
  readonly worker: string
  readonly version: string
  /** The worker's id, or that of one of its variants. */
  readonly address: string
  /** Null for the default one, under the worker's own name. */
  readonly variant: VariantName | null
  readonly format: PackageFileFormatName
}

/** What became of it. `checked_with` names the programs that read it. */
export type GateOutcome = GateFile &
  (
    | { readonly status: 'ok'; readonly file: string; readonly checked_with: readonly string[] }
    | { readonly status: 'not_applicable'; readonly reason: Reason }
    | { readonly status: 'failed'; readonly reasons: readonly Reason[] }
  )

/** A worker that the list names and whose documents cannot be had. */
export interface UnreadableWorker {
  readonly worker: string
  readonly reason: Reason
}
