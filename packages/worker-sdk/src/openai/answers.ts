import type { Embeddings } from '../worker.ts'
import type { Outcome } from './generate.ts'

/** What an answer says of itself. */
export interface AnswerHead {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
}

/** The JSON forms of one generating address: whole, and in chunks. Shapes follow OpenAI's API reference. */
export interface AnswerForm {
  readonly idPrefix: string
  whole(head: AnswerHead, text: string, outcome: Outcome): object
  /** What is sent before the first text; null where nothing is. */
  opening(head: AnswerHead): object | null
  chunk(head: AnswerHead, text: string): object
  closing(head: AnswerHead, outcome: Outcome): object
  usageChunk(head: AnswerHead, outcome: Outcome): object
}

export const CHAT_FORM: AnswerForm = {
  idPrefix: 'chatcmpl-',
  whole: (head, text, outcome) => ({
    ...named(head, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: outcome.finishReason,
      },
    ],
    usage: usageOf(outcome),
  }),
  opening: (head) => chatChunk(head, { role: 'assistant', content: '' }, null),
  chunk: (head, text) => chatChunk(head, { content: text }, null),
  closing: (head, outcome) => chatChunk(head, {}, outcome.finishReason),
  usageChunk: (head, outcome) => ({
    ...named(head, 'chat.completion.chunk'),
    choices: [],
    usage: usageOf(outcome),
  }),
}

function chatChunk(head: AnswerHead, delta: object, finishReason: string | null): object {
  return {
    ...named(head, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  }
}

export const COMPLETION_FORM: AnswerForm = {
  idPrefix: 'cmpl-',
  whole: (head, text, outcome) => ({
    ...completionChunk(head, text, outcome.finishReason),
    usage: usageOf(outcome),
  }),
  opening: () => null,
  chunk: (head, text) => completionChunk(head, text, null),
  closing: (head, outcome) => completionChunk(head, '', outcome.finishReason),
  usageChunk: (head, outcome) => ({
    ...named(head, 'text_completion'),
    choices: [],
    usage: usageOf(outcome),
  }),
}

function completionChunk(head: AnswerHead, text: string, finishReason: string | null) {
  return {
    ...named(head, 'text_completion'),
    choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
  }
}

function named(head: AnswerHead, object: string) {
  return { id: head.id, object, created: head.created, model: head.model, system_fingerprint: null }
}

function usageOf(outcome: Outcome) {
  return {
    prompt_tokens: outcome.promptTokens,
    completion_tokens: outcome.completionTokens,
    total_tokens: outcome.promptTokens + outcome.completionTokens,
  }
}

/** Answer of `/v1/embeddings`. `base64` holds little-endian 32-bit floats. */
export function embeddingAnswer(model: string, embeddings: Embeddings, format: 'float' | 'base64'): object {
  return {
    object: 'list',
    model,
    data: embeddings.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: format === 'float' ? Array.from(vector) : base64Of(vector),
    })),
    usage: { prompt_tokens: embeddings.promptTokens, total_tokens: embeddings.promptTokens },
  }
}

function base64Of(vector: readonly number[] | Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}
