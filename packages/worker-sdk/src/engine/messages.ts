import type { RequestErrorCode } from '../errors.ts'

/** From a worker to its engine: a call, or the wish that it ends. */
export type ToEngine =
  | { readonly call: number; readonly request: unknown }
  | { readonly call: number; readonly cancel: true }

/** From an engine to its worker: the replies of a call in order, and its end. */
export type FromEngine =
  | { readonly call: number; readonly reply: unknown }
  | { readonly call: number; readonly done: true }
  | { readonly call: number; readonly failure: EngineFailure }

export interface EngineFailure {
  readonly message: string
  /** Set for what the client is to be told; null for failures of the model. */
  readonly refusal: { readonly code: RequestErrorCode; readonly param: string | null } | null
}
