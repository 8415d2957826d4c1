import type { z } from 'zod'
import type { LicenseGuard } from './license/guard.ts'

/** Where log lines go. Never log what users write: prompts and answers are theirs. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** What accompanies one call of the model. */
export interface Call {
  /** Aborted when the client goes away, the time is up or enough was generated: stop working then. */
  readonly signal: AbortSignal
  readonly log: Log
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
}

/** How text is to be generated; null and absent leave it to the model. */
export interface Sampling {
  /** Most tokens to generate. The server enforces it, too. */
  readonly maxTokens: number | null
  /** 0 to 2; 0 is greedy. */
  readonly temperature: number | null
  /** 0 to 1. */
  readonly topP: number | null
  /** Equal seeds and requests give equal texts where the model can. */
  readonly seed: number | null
  /** Texts that end the generation and are not part of it. The server enforces them, too. */
  readonly stop: readonly string[]
  /** −2 to 2. */
  readonly presencePenalty: number | null
  /** −2 to 2. */
  readonly frequencyPenalty: number | null
}

export interface ChatRequest extends Sampling {
  readonly messages: readonly ChatMessage[]
}

export interface CompletionRequest extends Sampling {
  readonly prompt: string
}

/** One step of a generation: a text that is one token, or a text with its number of tokens. */
export type Piece = string | { readonly text: string; readonly tokens: number }

/** Why a generation ended by itself: the model was done, or a limit was reached. */
export type FinishReason = 'stop' | 'length'

export interface Generation {
  /** Tokens of the prompt as the model reads it. */
  readonly promptTokens: number
  /** Texts that end this generation besides those of the request, for example of a chat template. */
  readonly stop?: readonly string[]
  readonly pieces: AsyncGenerator<Piece, FinishReason, void>
}

export interface EmbeddingRequest {
  readonly inputs: readonly string[]
}

export interface Embeddings {
  readonly vectors: readonly (readonly number[] | Float32Array)[]
  readonly promptTokens: number
}

/** A body that was read whole and is within the route's limit. */
export interface RouteRequest {
  /** Lower case, without parameters: `image/png`. */
  readonly mediaType: string
  readonly body: Uint8Array
  /** Parses the body as JSON by a schema; throws a {@link RequestError} that names the field. */
  json<T>(schema: z.ZodType<T>): T
}

/** An address beyond OpenAI's, answered with JSON. */
export interface Route {
  readonly method: 'POST'
  /** Begins with `/v1/`. */
  readonly path: string
  /** Media types that are taken: `application/json`, `image/png`. */
  readonly accepts: readonly string[]
  /** In bytes; by default the server's limit. */
  readonly maxBodyBytes?: number
  handle(request: RouteRequest, call: Call): Promise<unknown>
}

/** A loaded model: each function that is there becomes an address of the server. */
export interface LoadedModel {
  /** What `/v1/models` calls it. */
  readonly id: string
  /** In tokens; null where there is no such limit. */
  readonly contextLength?: number | null
  chat?(request: ChatRequest, call: Call): Promise<Generation> | Generation
  complete?(request: CompletionRequest, call: Call): Promise<Generation> | Generation
  embed?(request: EmbeddingRequest, call: Call): Promise<Embeddings>
  readonly routes?: readonly Route[]
  /** Frees what the model holds. Called once, when no call is running. */
  close?(): Promise<void>
  /** Resolves or rejects when the model dies by itself; the program ends then. */
  readonly failed?: Promise<Error>
}

/** A setting of the worker's own: `--NAME VALUE`, else its variable, else the schema's default. */
export interface WorkerOption<Value> {
  readonly description: string
  /** For example `RBEE_WORKER_THREADS`. */
  readonly variable?: string
  /** Reads the text of the flag; undefined stands for an absent one. */
  readonly schema: z.ZodType<Value, unknown>
}
export type WorkerOptions = Readonly<Record<string, WorkerOption<unknown>>>
export type OptionValues<Options extends WorkerOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends WorkerOption<infer Value> ? Value : never
}

export interface LoadContext<Options extends WorkerOptions = WorkerOptions> {
  /** Path of the model file: given with `--model`; null only where the worker needs none. */
  readonly model: string | null
  readonly options: OptionValues<Options>
  readonly limits: Limits
  /** Aborted when the program is told to stop while it loads. */
  readonly signal: AbortSignal
  readonly log: Log
}

export interface SelfTestContext {
  readonly signal: AbortSignal
  readonly log: Log
  /** Loads a model as the program would, with the default settings. The caller closes it. */
  load(model: string | null): Promise<LoadedModel>
}

export interface Limits {
  /** Requests that the model works on at once. */
  readonly concurrency: number
  /** Requests that wait for their turn; one more is answered with 429. */
  readonly queue: number
  /** Largest body of a request, in bytes. */
  readonly bodyBytes: number
  /** Longest prompt, in UTF-16 code units, before the model counts tokens. */
  readonly promptCharacters: number
  /** Longest time for one request including its waiting, in seconds. */
  readonly requestSeconds: number
  /** How long running requests may go on after the program was told to stop, in seconds. */
  readonly graceSeconds: number
}

export const DEFAULT_LIMITS: Limits = {
  concurrency: 1,
  queue: 16,
  bodyBytes: 4 * 2 ** 20,
  promptCharacters: 1_000_000,
  requestSeconds: 600,
  graceSeconds: 30,
}

/** What a worker can do: the table `[capabilities]` of its worker.toml. */
export interface Capabilities {
  /** File formats it reads, for example `gguf`. */
  readonly supported_formats: readonly string[]
  /** In tokens. */
  readonly max_context_length?: number
  readonly supports_streaming: boolean
  /** Whether several requests are computed together. */
  readonly supports_batching: boolean
  /** For example `text-generation` or `ocr`. */
  readonly tasks: readonly string[]
}

const NO_CAPABILITIES: Capabilities = {
  supported_formats: [],
  supports_streaming: false,
  supports_batching: false,
  tasks: [],
}

/** What an author writes. */
export interface WorkerDefinition<Options extends WorkerOptions = WorkerOptions> {
  /** The worker's id. */
  readonly name: string
  readonly version: string
  readonly description: string
  /** Whether `--model FILE` must, may or cannot be given. */
  readonly model: 'required' | 'optional' | 'none'
  readonly capabilities: Partial<Capabilities>
  readonly limits?: Partial<Limits>
  readonly options?: Options
  /** Of a worker that is sold: serves only where this lets it; see `@rbee/worker-sdk/license`. */
  readonly license?: LicenseGuard
  /**
   * Looks at a readable model file before the program listens, so that a wrong one is refused at once. Throws a
   * {@link ModelError}.
   */
  checkModel?(model: string): Promise<void>
  /** Throws a {@link ModelError} when the model cannot be used. */
  load(context: LoadContext<Options>): Promise<LoadedModel>
  /** Proves with a small input that the worker works on this machine; throws an Error that names the cause if not. */
  selfTest?(context: SelfTestContext): Promise<void>
}

/** A definition with everything filled in, ready to run. */
export interface Worker extends Omit<WorkerDefinition, 'capabilities' | 'limits' | 'options'> {
  readonly capabilities: Capabilities
  readonly limits: Limits
  readonly options: WorkerOptions
}

/** Fills in what a definition leaves out. */
export function defineWorker<const Options extends WorkerOptions = Record<never, never>>(
  definition: WorkerDefinition<Options>,
): Worker {
  return {
    ...definition,
    // The program parses every option by its own schema before it calls load.
    load: (context) => definition.load(context as LoadContext<Options>),
    options: definition.options ?? {},
    capabilities: { ...NO_CAPABILITIES, ...definition.capabilities },
    limits: { ...DEFAULT_LIMITS, ...definition.limits },
  }
}
