import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { RequestError } from '../errors.ts'
import type { FromEngine, ToEngine } from './messages.ts'

/** Lines of the engine's output that are kept to explain its end. */
const KEPT_LINES = 60

/**
 * A model in a process of its own, spoken to by messages. Native libraries load models and compute without returning to
 * the event loop, write to stdout, and end the process on damaged files: apart, they cannot harm the server. The other
 * side is `runAsEngine` of `@rbee/worker-sdk/engine`.
 *
 * Messages are copied by the structured clone algorithm; both sides are the author's code, so they are not parsed.
 */
export class EngineProcess<Request, Reply> {
  /** Resolves with the reason when the engine ends without being told to. */
  readonly failed: Promise<Error>
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Inbox>()
  readonly #output: string[] = []
  readonly #reportFailure: (reason: Error) => void
  #lastCall = 0
  #ended: Error | null = null
  #closing = false

  private constructor(child: ChildProcess) {
    const failed = Promise.withResolvers<Error>()
    this.failed = failed.promise
    this.#reportFailure = failed.resolve
    this.#child = child
    child.on('message', (message) => {
      const { call } = message as FromEngine
      this.#calls.get(call)?.put(message as FromEngine)
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#keep(text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#keep(text))
    child.on('error', (failure) => this.#end(failure))
    // `close` comes after the last output, which says why.
    child.on('close', (code, signal) => this.#end(new Error(this.#reasonOf(code, signal))))
  }

  /** Starts the program in `file`, a JavaScript or TypeScript module. */
  static start<Request, Reply>(file: string): EngineProcess<Request, Reply> {
    const child = fork(file, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    return new EngineProcess(child)
  }

  /**
   * Makes a call and gives its replies. The call is over when the generator is: an abort or an early return cancels it
   * and waits until the engine has stopped working on it.
   *
   * @throws {RequestError} what the engine refuses; an Error with the engine's last words when it has ended.
   */
  async *run(request: Request, signal: AbortSignal): AsyncGenerator<Reply, void, void> {
    signal.throwIfAborted()
    if (this.#ended !== null) throw this.#ended
    this.#lastCall += 1
    const call = this.#lastCall
    const inbox = new Inbox()
    this.#calls.set(call, inbox)
    const cancel = () => this.#send({ call, cancel: true })
    signal.addEventListener('abort', cancel, { once: true })
    this.#send({ call, request })
    try {
      for (;;) {
        const message = await inbox.take()
        if ('failure' in message) throw failureOf(message.failure)
        if ('done' in message) return
        yield message.reply as Reply
      }
    } finally {
      signal.removeEventListener('abort', cancel)
      if (!inbox.finished && this.#ended === null) {
        cancel()
        await inbox.drain()
      }
      this.#calls.delete(call)
    }
  }

  /** Makes a call that has one reply. */
  async ask(request: Request, signal: AbortSignal): Promise<Reply> {
    for await (const reply of this.run(request, signal)) return reply
    throw new Error('The engine gave no reply.')
  }

  /** Tells the engine to end and waits for it. */
  async close(): Promise<void> {
    await this.#endBy(() => {
      if (this.#child.connected) this.#child.disconnect()
    })
  }

  /** Ends the engine at once, whatever it is doing. */
  async kill(): Promise<void> {
    await this.#endBy(() => this.#child.kill('SIGKILL'))
  }

  async #endBy(act: () => void): Promise<void> {
    this.#closing = true
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#ended !== null) return
    // `close` does not follow when the channel was closed from this side.
    const exited = once(this.#child, 'exit')
    act()
    await exited
  }

  #send(message: ToEngine): void {
    // A message that cannot be delivered any more shows as the engine's end.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #keep(text: string): void {
    this.#output.push(...text.split('\n').filter((line) => line.trim() !== ''))
    this.#output.splice(0, Math.max(0, this.#output.length - KEPT_LINES))
  }

  #end(reason: Error): void {
    if (this.#ended !== null) return
    this.#ended = reason
    for (const inbox of this.#calls.values()) inbox.fail(reason)
    if (!this.#closing) this.#reportFailure(reason)
  }

  #reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#output.find((line) => /error|failed|invalid|unknown/i.test(line))
    if (said !== undefined) return said.trim().slice(0, 300)
    return signal === null ? `its engine ended with code ${code}` : `its engine was ended by ${signal}`
  }
}

/** The messages of one call, for one reader. */
class Inbox {
  readonly #messages: FromEngine[] = []
  #reader: PromiseWithResolvers<FromEngine> | null = null
  #failure: Error | null = null
  /** Whether the call's last message has come. */
  finished = false

  put(message: FromEngine): void {
    if (!('reply' in message)) this.finished = true
    if (this.#reader === null) this.#messages.push(message)
    else this.#reader.resolve(message)
    this.#reader = null
  }

  fail(reason: Error): void {
    this.#failure = reason
    this.#reader?.reject(reason)
    this.#reader = null
  }

  take(): Promise<FromEngine> {
    const message = this.#messages.shift()
    if (message !== undefined) return Promise.resolve(message)
    if (this.#failure !== null) return Promise.reject(this.#failure)
    this.#reader = Promise.withResolvers()
    return this.#reader.promise
  }

  /** Waits for the call's last message, or for the engine's end. */
  async drain(): Promise<void> {
    while (!this.finished && this.#failure === null) {
      await this.take().catch(() => undefined)
    }
  }
}

function failureOf({ message, refusal }: Extract<FromEngine, { failure: unknown }>['failure']): Error {
  return refusal === null
    ? new Error(message)
    : new RequestError(refusal.code, message, { param: refusal.param })
}
