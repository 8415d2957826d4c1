import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, RbeeError } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { forgetInstance, type Instance, type InstanceRecord, instanceSchema } from '../instances.ts'
import { endLeftovers } from '../leftovers.ts'
import { killProcess } from '../process-group.ts'
import { processIdentity } from '../process-identity.ts'
import { type SwitchRequest, stopAnswerSchema, switchEventSchema } from './control-protocol.ts'

const STATE_TIMEOUT_MS = 1_000
/** Beyond the grace that a worker gets, for the supervisor itself. */
const STOP_PATIENCE_MS = 10_000
/** One that gave no answer may be about to end. */
const SILENT_PATIENCE_MS = 1_000
const KILL_PATIENCE_MS = 5_000
const POLL_MS = 25

/** What the supervisor knows at this moment; what it wrote down last when it does not answer. */
export async function askState(record: InstanceRecord): Promise<Instance> {
  try {
    const answer = await ask(record, 'GET', '/state', null, AbortSignal.timeout(STATE_TIMEOUT_MS))
    return instanceSchema.parse(JSON.parse(await text(answer)))
  } catch (error) {
    if (isUnanswered(error)) return record.instance
    throw error
  }
}

/**
 * Ends an instance and its supervisor. One that does not answer is ended by force.
 *
 * @returns whether force was necessary.
 */
export async function stopInstance(
  home: HiveHome,
  record: InstanceRecord,
  graceMs: number,
): Promise<boolean> {
  const answer = await askToStop(record, graceMs)
  let killed = answer?.killed ?? false
  if (!(await endsWithin(record, answer === null ? SILENT_PATIENCE_MS : STOP_PATIENCE_MS))) {
    killed = true
    killProcess(record.supervisor.pid)
    await endLeftovers(record)
    if (!(await endsWithin(record, KILL_PATIENCE_MS))) {
      const message = `process ${record.supervisor.pid} of ${record.instance.name} does not end, not even when killed`
      throw new RbeeError('still_running', message, { next: 'see your system log' })
    }
  }
  await forgetInstance(home, record)
  return killed
}

async function endsWithin({ supervisor }: InstanceRecord, milliseconds: number): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += POLL_MS) {
    if ((await processIdentity(supervisor.pid)) !== supervisor.identity) return true
    await sleep(POLL_MS)
  }
  return false
}

/** Null when there is no answer. */
async function askToStop(record: InstanceRecord, graceMs: number): Promise<{ killed: boolean } | null> {
  const patience = AbortSignal.timeout(graceMs + STOP_PATIENCE_MS)
  try {
    const answer = await ask(record, 'POST', '/stop', { grace_ms: graceMs }, patience)
    return stopAnswerSchema.parse(JSON.parse(await text(answer)))
  } catch (error) {
    // It may have ended in the middle of its answer; one that hangs is ended by the caller.
    if (isUnanswered(error)) return null
    throw error
  }
}

/** No connection, or one that broke off or took too long. */
function isUnanswered(error: unknown): boolean {
  return error instanceof RbeeError || (error instanceof Error && 'code' in error)
}

/**
 * Lets a supervisor replace its build. Fails with what the supervisor fails with, and with `start_failed` when it goes
 * away meanwhile.
 *
 * @param signal takes it back, as long as the new build does not serve.
 * @param switched called when new requests go to the new build.
 * @returns how many requests had to be cut off.
 */
export async function switchInstance(
  record: InstanceRecord,
  order: SwitchRequest,
  signal: AbortSignal,
  switched: () => void,
): Promise<{ cut: number }> {
  try {
    const answer = await ask(record, 'POST', '/switch', order, signal)
    for await (const line of linesOf(answer)) {
      const event = switchEventSchema.parse(JSON.parse(line))
      switch (event.event) {
        case 'begun':
          break
        case 'switched':
          switched()
          break
        case 'done':
          return { cut: event.cut }
        case 'failed':
          throw new RbeeError(event.error.code, event.error.message, { next: event.error.next })
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    if (hasCode(error, 'ECONNRESET')) throw unreachable(record, error)
    throw error
  }
  throw unreachable(record, null)
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of answer.setEncoding('utf8')) {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** Fails with `start_failed` when the supervisor cannot be reached. */
function ask(
  record: InstanceRecord,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: record.control.port,
      method,
      path,
      agent: false,
      headers: { authorization: `Bearer ${record.control.secret}` },
      signal,
    })
    sent.once('response', (answer) => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.resume()
      reject(unreachable(record, new Error(`it answers HTTP ${answer.statusCode}`)))
    })
    sent.once('error', (error) => reject(unreachable(record, error)))
    sent.end(body === null ? undefined : JSON.stringify(body))
  })
}

function unreachable({ instance }: InstanceRecord, cause: Error | null): RbeeError {
  const why = cause === null ? 'it ended meanwhile' : cause.message
  return new RbeeError('start_failed', `the supervisor of ${instance.name} does not answer: ${why}`, {
    next: `see what is running with: rbee-hive status`,
    cause,
  })
}
