import { RequestError } from '../errors.ts'
import type { WorkerService } from '../http/service.ts'
import type { Call, Generation, LoadedModel, Route, RouteRequest, Sampling } from '../worker.ts'
import { embeddingAnswer } from './answers.ts'
import {
  type ChatBody,
  type CompletionBody,
  chatBodySchema,
  completionBodySchema,
  embeddingBodySchema,
  messagesOf,
  refuseUnsupported,
  samplingOf,
} from './requests.ts'

/** A checked request for text, ready to run. */
export interface GeneratingCall {
  readonly sampling: Sampling
  readonly stream: boolean
  readonly includeUsage: boolean
  start(call: Call): Promise<Generation>
}

export function chatCall(server: WorkerService, model: LoadedModel, request: RouteRequest): GeneratingCall {
  const body = request.json(chatBodySchema)
  refuseUnsupported(body)
  const messages = messagesOf(body)
  checkLength(
    server,
    'messages',
    messages.reduce((sum, message) => sum + message.content.length, 0),
  )
  const sampling = samplingOf(body)
  return {
    ...streamingOf(body),
    sampling,
    start: async (call) => {
      if (model.chat === undefined) throw new Error('The model does not chat.')
      return await model.chat({ ...sampling, messages }, call)
    },
  }
}

export function completionCall(
  server: WorkerService,
  model: LoadedModel,
  request: RouteRequest,
): GeneratingCall {
  const body = request.json(completionBodySchema)
  refuseUnsupported(body)
  const prompt = typeof body.prompt === 'string' ? body.prompt : body.prompt.join('')
  checkLength(server, 'prompt', prompt.length)
  const sampling = samplingOf(body)
  return {
    ...streamingOf(body),
    sampling,
    start: async (call) => {
      if (model.complete === undefined) throw new Error('The model does not complete.')
      return await model.complete({ ...sampling, prompt }, call)
    },
  }
}

/** `/v1/embeddings` as a route. */
export function embeddingRoute(server: WorkerService, model: LoadedModel): Route {
  return {
    method: 'POST',
    path: '/v1/embeddings',
    accepts: ['application/json'],
    handle: async (request, call) => {
      const body = request.json(embeddingBodySchema)
      refuseUnsupported(body)
      const inputs = typeof body.input === 'string' ? [body.input] : body.input
      checkLength(
        server,
        'input',
        inputs.reduce((sum, input) => sum + input.length, 0),
      )
      if (model.embed === undefined) throw new Error('The model does not embed.')
      return embeddingAnswer(model.id, await model.embed({ inputs }, call), body.encoding_format ?? 'float')
    },
  }
}

function streamingOf(body: ChatBody | CompletionBody): Pick<GeneratingCall, 'stream' | 'includeUsage'> {
  return { stream: body.stream === true, includeUsage: body.stream_options?.include_usage === true }
}

function checkLength(server: WorkerService, param: string, characters: number): void {
  const most = server.worker.limits.promptCharacters
  if (characters <= most) return
  throw new RequestError(
    'context_length_exceeded',
    `The prompt has ${characters} characters; the worker takes at most ${most}.`,
    { param },
  )
}
