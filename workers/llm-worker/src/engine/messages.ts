import type { ChatMessage, FinishReason, Sampling } from '@rbee/worker-sdk'

/** How the engine opens a model. */
export interface EngineSettings {
  /** Path of a GGUF file. */
  readonly model: string
  /** Longest context of one request, in tokens; the model's own where that is shorter. */
  readonly contextSize: number
  /** Requests that are computed together. */
  readonly parallel: number
  readonly threads: number
}

/** What the engine found in the model. */
export interface ModelFacts {
  /** Of one request, in tokens. */
  readonly contextLength: number
  readonly hasChatTemplate: boolean
}

export type GenerationInput =
  | { readonly kind: 'prompt'; readonly prompt: string }
  | { readonly kind: 'messages'; readonly messages: readonly ChatMessage[] }

/** Calls of the worker. */
export type EngineRequest =
  | { readonly type: 'load'; readonly settings: EngineSettings }
  | { readonly type: 'generate'; readonly input: GenerationInput; readonly sampling: Sampling }
  | { readonly type: 'embed'; readonly inputs: readonly string[] }

/** Replies: `loaded` or `embedded`; or `started`, any number of `piece`, and `finished`. */
export type EngineReply =
  | { readonly type: 'loaded'; readonly facts: ModelFacts }
  | { readonly type: 'started'; readonly promptTokens: number; readonly stop: readonly string[] }
  | { readonly type: 'piece'; readonly text: string }
  | { readonly type: 'finished'; readonly reason: FinishReason }
  | { readonly type: 'embedded'; readonly vectors: readonly Float32Array[]; readonly promptTokens: number }
