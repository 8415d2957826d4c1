import type { ServerResponse } from 'node:http'
import type { AnswerForm, AnswerHead } from '../openai/answers.ts'
import type { GeneratingCall } from '../openai/calls.ts'
import { generate, type Outcome } from '../openai/generate.ts'
import type { LoadedModel } from '../worker.ts'
import { sendJson } from './answer.ts'
import { readBody } from './body.ts'
import { EventStream } from './event-stream.ts'
import { type Handler, withTimeLimit } from './handler.ts'
import type { WorkerService } from './service.ts'

/** Answers one of the two generating addresses, whole or as a stream. */
export function generatingHandler(
  server: WorkerService,
  model: LoadedModel,
  form: AnswerForm,
  prepare: (
    server: WorkerService,
    model: LoadedModel,
    body: Awaited<ReturnType<typeof readBody>>,
  ) => GeneratingCall,
): Handler {
  return (request, response, controller) =>
    withTimeLimit(server, controller, async (call) => {
      const body = await readBody(request, ['application/json'], server.worker.limits.bodyBytes)
      const prepared = prepare(server, model, body)
      const head: AnswerHead = {
        id: `${form.idPrefix}${server.sources.randomId()}`,
        created: Math.floor(server.sources.clock() / 1000),
        model: model.id,
      }
      await server.admission.run(call.signal, async () => {
        const generation = await prepared.start(call)
        const texts = generate(generation, prepared.sampling, call.signal)
        if (prepared.stream)
          await answerInChunks(response, call.signal, form, head, texts, prepared.includeUsage)
        else await answerWhole(response, form, head, texts)
      })
    })
}

type Texts = AsyncGenerator<string, Outcome, void>

async function answerWhole(
  response: ServerResponse,
  form: AnswerForm,
  head: AnswerHead,
  texts: Texts,
): Promise<void> {
  let text = ''
  let next = await texts.next()
  while (!next.done) {
    text += next.value
    next = await texts.next()
  }
  sendJson(response, 200, form.whole(head, text, next.value))
}

async function answerInChunks(
  response: ServerResponse,
  signal: AbortSignal,
  form: AnswerForm,
  head: AnswerHead,
  texts: Texts,
  includeUsage: boolean,
): Promise<void> {
  try {
    // The head is sent with the first text, so that a model that refuses its input is still answered with a status.
    let next = await texts.next()
    const stream = new EventStream(response, signal)
    // Where usage was asked for, every chunk has the field, and all but the last one say null.
    const send = (chunk: object) => stream.send(includeUsage ? { ...chunk, usage: null } : chunk)
    const opening = form.opening(head)
    if (opening !== null) await send(opening)
    while (!next.done) {
      await send(form.chunk(head, next.value))
      next = await texts.next()
    }
    await send(form.closing(head, next.value))
    if (includeUsage) await stream.send(form.usageChunk(head, next.value))
    await stream.done()
  } finally {
    await texts.return({ finishReason: 'stop', promptTokens: 0, completionTokens: 0 })
  }
}
