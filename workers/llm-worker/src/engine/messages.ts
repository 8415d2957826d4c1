import type { ChatMessage, Sampling } from '@rbee/worker-sdk'

/** How the engine opens a model. */
export interface EngineSettings {
  /** Path of a GGUF file. */
  readonly model: string
  /** Longest context in tokens; the model's own where that is shorter. */
  readonly contextSize: number
  readonly threads: number
}

/** What the engine found in the model. */
export interface ModelFacts {
  readonly description: string
  readonly contextLength: number
  readonly hasChatTemplate: boolean
}

export type GenerationInput =
  | { readonly kind: 'prompt'; readonly prompt: string }
  | { readonly kind: 'messages'; readonly messages: readonly ChatMessage[] }

/** From the worker to its engine. One call runs at a time. */
export type EngineRequest =
  | { readonly type: 'load'; readonly settings: EngineSettings }
  | { readonly type: 'generate'; readonly input: GenerationInput; readonly sampling: Sampling }
  | { readonly type: 'embed'; readonly inputs: readonly string[] }
  | { readonly type: 'cancel' }

/** From the engine to its worker. Every call ends with `finished`, `embedded` or `failed`. */
export type EngineReply =
  | { readonly type: 'loaded'; readonly facts: ModelFacts }
  | { readonly type: 'started'; readonly promptTokens: number }
  | { readonly type: 'piece'; readonly text: string }
  | { readonly type: 'finished'; readonly reason: 'stop' | 'length' }
  | { readonly type: 'embedded'; readonly vectors: readonly Float32Array[]; readonly promptTokens: number }
  | {
      readonly type: 'failed'
      readonly code: 'context_length_exceeded' | 'model_failed'
      readonly message: string
    }
