import type { ServerResponse } from 'node:http'
import { CHAT_FORM, COMPLETION_FORM } from '../openai/answers.ts'
import { chatCall, completionCall, embeddingRoute } from '../openai/calls.ts'
import type { LoadedModel, Route } from '../worker.ts'
import { sendJson } from './answer.ts'
import { readBody } from './body.ts'
import { generatingHandler } from './generating.ts'
import { type Handler, withTimeLimit } from './handler.ts'
import { admit, describeLicense, licensed } from './licensed.ts'
import { unavailable, type WorkerService } from './service.ts'

/** The addresses of a server in its present state: path, then method. */
export function routesOf(server: WorkerService): ReadonlyMap<string, ReadonlyMap<string, Handler>> {
  const routes = new Map<string, Map<string, Handler>>()
  const add = (method: string, path: string, handler: Handler) =>
    routes.set(path, (routes.get(path) ?? new Map<string, Handler>()).set(method, handler))

  const sell = (method: string, path: string, handler: Handler) =>
    add(method, path, licensed(server, handler))

  add('GET', '/health', async (_request, response) => sendJson(response, 200, await healthOf(server)))
  add('GET', '/ready', (_request, response) => answerReadiness(server, response))
  add('GET', '/v1/capabilities', (_request, response) => sendJson(response, 200, describeWorker(server)))
  if (server.state.name !== 'ready') return routes

  const { model, since } = server.state
  add('GET', '/v1/models', (_request, response) => sendJson(response, 200, modelsOf(server, model, since)))
  if (model.chat) sell('POST', '/v1/chat/completions', generatingHandler(server, model, CHAT_FORM, chatCall))
  if (model.complete) {
    sell('POST', '/v1/completions', generatingHandler(server, model, COMPLETION_FORM, completionCall))
  }
  if (model.embed) sell('POST', '/v1/embeddings', workHandler(server, embeddingRoute(server, model)))
  for (const route of model.routes ?? []) sell(route.method, route.path, workHandler(server, route))
  return routes
}

async function healthOf(server: WorkerService): Promise<object> {
  const license = await server.sources.license?.check()
  return {
    status: 'ok',
    state: server.state.name,
    worker: server.worker.name,
    version: server.worker.version,
    ...(license && { license: describeLicense(license) }),
  }
}

async function answerReadiness(server: WorkerService, response: ServerResponse): Promise<void> {
  const license = await server.sources.license?.check()
  if (license) admit(license)
  if (server.state.name !== 'ready') throw unavailable(server.state)
  sendJson(response, 200, {
    status: 'ready',
    model: server.state.model.id,
    running: server.admission.running,
    waiting: server.admission.waiting,
  })
}

/** Answer of `/v1/capabilities` and of `--capabilities`; what depends on the model is null before it is loaded. */
export function describeWorker(server: Pick<WorkerService, 'worker' | 'state'>): object {
  const { worker, state } = server
  const model = state.name === 'ready' ? state.model : null
  return {
    worker: worker.name,
    version: worker.version,
    description: worker.description,
    ...worker.capabilities,
    limits: {
      concurrency: worker.limits.concurrency,
      queue: worker.limits.queue,
      body_bytes: worker.limits.bodyBytes,
      prompt_characters: worker.limits.promptCharacters,
      request_seconds: worker.limits.requestSeconds,
    },
    model: model && { id: model.id, context_length: model.contextLength ?? null },
    endpoints: model && endpointsOf(model),
  }
}

function endpointsOf(model: LoadedModel): string[] {
  return [
    ...(model.chat ? ['/v1/chat/completions'] : []),
    ...(model.complete ? ['/v1/completions'] : []),
    ...(model.embed ? ['/v1/embeddings'] : []),
    ...(model.routes ?? []).map((route) => route.path),
  ]
}

function modelsOf(server: WorkerService, model: LoadedModel, since: number): object {
  const created = Math.floor(since / 1000)
  return { object: 'list', data: [{ id: model.id, object: 'model', created, owned_by: server.worker.name }] }
}

/** Takes a body, waits for its turn and answers with JSON. */
function workHandler(server: WorkerService, route: Route): Handler {
  return (request, response, controller) =>
    withTimeLimit(server, controller, async (call) => {
      const body = await readBody(
        request,
        route.accepts,
        route.maxBodyBytes ?? server.worker.limits.bodyBytes,
      )
      const answer = await server.admission.run(call.signal, () => route.handle(body, call))
      sendJson(response, 200, answer)
    })
}
