import { z } from 'zod'
import { RequestError } from '../errors.ts'
import type { ChatMessage, Sampling } from '../worker.ts'

const text = z.string()
const tokenLimit = z.int().min(1).max(10_000_000).nullish()

/** Fields that both generating addresses take. Further fields are ignored, except those of {@link refuseUnsupported}. */
const samplingFields = {
  model: z.string().max(500).optional(),
  max_tokens: tokenLimit,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z
    .union(
      [z.string().min(1), z.array(z.string().min(1)).max(16)],
      'must be a text or a list of 1 to 16 texts',
    )
    .nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  n: z.int().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
}

const contentPart = z.looseObject({ type: z.string(), text: text.optional() })
const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([text, z.array(contentPart).max(1000)], 'must be a text or a list of parts').nullish(),
})

export const chatBodySchema = z.looseObject({
  ...samplingFields,
  messages: z.array(messageSchema).min(1).max(10_000),
  max_completion_tokens: tokenLimit,
})
export type ChatBody = z.infer<typeof chatBodySchema>

export const completionBodySchema = z.looseObject({
  ...samplingFields,
  prompt: z.union(
    [text, z.array(text).length(1)],
    'must be one text; tokens and several prompts are not taken',
  ),
})
export type CompletionBody = z.infer<typeof completionBodySchema>

export const embeddingBodySchema = z.looseObject({
  model: z.string().max(500).optional(),
  input: z.union(
    [text.min(1), z.array(text.min(1)).min(1).max(2048)],
    'must be a text or a list of 1 to 2048 texts, none of them empty; tokens are not taken',
  ),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().nullish(),
})

/**
 * Refuses fields that change what an answer means and that no worker supports: ignoring them would give a client
 * something else than it asked for.
 */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  const refuse = (param: string, message: string) => {
    throw new RequestError('unsupported_parameter', message, { param })
  }
  if (typeof body.n === 'number' && body.n !== 1) refuse('n', 'One answer is generated for each request.')
  for (const param of [
    'tools',
    'functions',
    'audio',
    'modalities',
    'suffix',
    'best_of',
    'echo',
    'dimensions',
    'top_logprobs',
  ]) {
    const value = body[param]
    const stated = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null
    if (stated && value !== false && !(param === 'best_of' && value === 1)) {
      refuse(param, `${param} is not supported.`)
    }
  }
  if (body.logprobs !== undefined && body.logprobs !== null && body.logprobs !== false) {
    refuse('logprobs', 'logprobs is not supported.')
  }
  const bias = body.logit_bias
  if (bias !== undefined && bias !== null && Object.keys(bias).length > 0) {
    refuse('logit_bias', 'logit_bias is not supported.')
  }
  const format = body.response_format
  if (format !== undefined && format !== null && (format as { type?: unknown }).type !== 'text') {
    refuse('response_format', 'Only text is generated.')
  }
}

/** The part of a body that says how to generate. */
export function samplingOf(body: ChatBody | CompletionBody): Sampling {
  const stop = body.stop ?? []
  return {
    maxTokens:
      ('max_completion_tokens' in body ? (body as ChatBody).max_completion_tokens : null) ??
      body.max_tokens ??
      null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    seed: body.seed ?? null,
    stop: typeof stop === 'string' ? [stop] : stop,
    presencePenalty: body.presence_penalty ?? null,
    frequencyPenalty: body.frequency_penalty ?? null,
  }
}

/** Messages as plain text; parts are joined, and parts other than text refused. */
export function messagesOf(body: ChatBody): ChatMessage[] {
  return body.messages.map((message, index) => ({
    role: message.role === 'developer' ? 'system' : message.role,
    content: typeof message.content === 'string' ? message.content : partsText(message.content ?? [], index),
  }))
}

function partsText(parts: readonly z.infer<typeof contentPart>[], message: number): string {
  return parts
    .map((part, index) => {
      if (part.type === 'text' && part.text !== undefined) return part.text
      throw new RequestError('unsupported_parameter', 'Only parts of type "text" are taken.', {
        param: `messages.${message}.content.${index}`,
      })
    })
    .join('')
}
