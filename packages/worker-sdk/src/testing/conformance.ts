import type { Worker } from '../worker.ts'
import { type Check, expectEqual } from './check.ts'
import { generationChecks } from './generation-checks.ts'
import { type RunningWorker, startWorker } from './running-worker.ts'

/** One thing that every worker does. */
export interface CheckResult {
  readonly name: string
  readonly passed: boolean
  /** What was seen instead; null where the check passed. */
  readonly detail: string | null
}

export interface ConformanceOptions {
  /** Model file, for workers that need one. */
  readonly model?: string
  /** Further arguments of the program. */
  readonly argv?: readonly string[]
  /** Its variables, such as those of a `fakeLicense`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Starts a worker and checks what any client relies on: health, readiness, capabilities, streams that say the same as
 * whole answers, cancellation, limits, bad input, graceful stop. Bound to no test framework:
 *
 *     expect((await checkConformance(worker)).filter((result) => !result.passed)).toEqual([])
 */
export async function checkConformance(
  worker: Worker,
  options: ConformanceOptions = {},
): Promise<CheckResult[]> {
  const model = options.model === undefined ? [] : ['--model', options.model]
  const limits = [
    '--max-body-bytes',
    String(BODY_BYTES),
    '--max-prompt-characters',
    String(PROMPT_CHARACTERS),
  ]
  const { argv = [], env = {} } = options
  const running = await startWorker(worker, { argv: [...model, ...limits, ...argv], env })
  const results: CheckResult[] = []
  try {
    const endpoints = await endpointsOf(running)
    for (const check of [...SERVER_CHECKS, ...endpoints.flatMap(checksOf)])
      results.push(await resultOf(check, running))
  } finally {
    results.push(await resultOf(STOPS_IN_ORDER, running))
  }
  return results
}

const BODY_BYTES = 100_000
const PROMPT_CHARACTERS = 5000

async function resultOf(check: Check, running: RunningWorker): Promise<CheckResult> {
  try {
    await check.run(running)
    return { name: check.name, passed: true, detail: null }
  } catch (failure) {
    return {
      name: check.name,
      passed: false,
      detail: failure instanceof Error ? failure.message : String(failure),
    }
  }
}

const SERVER_CHECKS: readonly Check[] = [
  {
    name: '/health says ok',
    run: async ({ url }) => {
      const response = await fetch(`${url}/health`)
      const { status } = (await response.json()) as { status: string }
      expectEqual('status of /health', [response.status, status], [200, 'ok'])
    },
  },
  {
    name: '/ready says ready',
    run: async ({ url }) => expectEqual('status of /ready', (await fetch(`${url}/ready`)).status, 200),
  },
  {
    name: '/v1/models names the model',
    run: async ({ url }) => {
      const models = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }
      const { model } = await capabilitiesOf(url)
      expectEqual(
        'models',
        models.data.map(({ id }) => id),
        [model.id],
      )
    },
  },
  {
    name: 'an unknown address is 404 in the shape of OpenAI',
    run: async ({ url }) => {
      const response = await fetch(`${url}/v1/nothing-here`)
      const { error } = (await response.json()) as { error: { code: string } }
      expectEqual('answer', [response.status, error.code], [404, 'not_found'])
    },
  },
]

function checksOf(endpoint: string): Check[] {
  const generation = endpoint === '/v1/chat/completions' || endpoint === '/v1/completions'
  return [...inputChecks(endpoint), ...(generation ? generationChecks(endpoint, PROMPT_CHARACTERS) : [])]
}

/** Bodies that no address can take. */
const BAD_BODIES = ['', '{', '[]', 'null', '{"messages":7,"prompt":7,"input":7,"image":7}', '\ufffd\u0000']

function inputChecks(endpoint: string): Check[] {
  return [
    {
      name: `${endpoint}: bad input is the client's fault`,
      run: async ({ url }) => {
        for (const body of BAD_BODIES) {
          const response = await fetch(url + endpoint, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          })
          const kind = Math.floor(response.status / 100)
          expectEqual(`class of the status for the body ${JSON.stringify(body)}`, kind, 4)
        }
      },
    },
    {
      name: `${endpoint}: a body of an unknown type is 415`,
      run: async ({ url }) => {
        const response = await fetch(url + endpoint, { method: 'POST', body: 'plain text' })
        expectEqual('status', response.status, 415)
      },
    },
    {
      name: `${endpoint}: a large body is refused`,
      run: async ({ post }) => {
        const response = await post(endpoint, { padding: 'x'.repeat(64 * 2 ** 20) }).catch(() => null)
        // A client that is still sending may see the connection end instead of the answer.
        if (response !== null) expectEqual('status', response.status, 413)
      },
    },
    {
      name: `${endpoint}: GET is 405`,
      run: async ({ url }) => expectEqual('status', (await fetch(url + endpoint)).status, 405),
    },
  ]
}

const STOPS_IN_ORDER: Check = {
  name: 'a stop ends the program with code 0',
  run: async (running) => {
    expectEqual('exit code', await running.stop(), 0)
    const answered = await fetch(`${running.url}/health`).then(
      () => true,
      () => false,
    )
    expectEqual('answers after the stop', answered, false)
  },
}

async function endpointsOf({ url }: RunningWorker): Promise<readonly string[]> {
  return (await capabilitiesOf(url)).endpoints
}

async function capabilitiesOf(url: string) {
  const response = await fetch(`${url}/v1/capabilities`)
  return (await response.json()) as { model: { id: string }; endpoints: readonly string[] }
}
