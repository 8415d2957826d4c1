import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { ModelError, RequestError } from '@rbee/worker-sdk'
import type { EngineReply, EngineRequest, EngineSettings, ModelFacts } from './messages.ts'

/** The lines of the engine's output that are kept to explain its end. */
const KEPT_LINES = 40

/** A running engine with a loaded model. */
export class EngineProcess {
  readonly facts: ModelFacts
  /** Resolves with the reason when the engine ends without being told to. */
  readonly failed: Promise<Error>
  readonly #child: ChildProcess
  readonly #replies: ReplyQueue

  private constructor(child: ChildProcess, replies: ReplyQueue, facts: ModelFacts) {
    this.#child = child
    this.#replies = replies
    this.facts = facts
    this.failed = new Promise((resolve) => {
      replies.onEnd((reason) => resolve(reason))
    })
  }

  /**
   * Starts an engine and loads the model.
   *
   * @param program file of the engine's program.
   * @throws {ModelError} naming the file and llama.cpp's own words.
   */
  static async start(program: string, settings: EngineSettings, signal: AbortSignal): Promise<EngineProcess> {
    const child = fork(program, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      signal,
      killSignal: 'SIGKILL',
    })
    const replies = new ReplyQueue(child)
    child.send({ type: 'load', settings } satisfies EngineRequest)
    try {
      const reply = await replies.next()
      if (reply.type === 'loaded') return new EngineProcess(child, replies, reply.facts)
      throw new Error(reply.type === 'failed' ? reply.message : `The engine answered ${reply.type}.`)
    } catch (cause) {
      child.kill('SIGKILL')
      signal.throwIfAborted()
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ModelError(`${settings.model} cannot be loaded: ${reason}`, { cause })
    }
  }

  /** Sends a call and gives its first reply. @throws {RequestError} for what the engine refuses. */
  async call(request: EngineRequest): Promise<EngineReply> {
    this.#child.send(request)
    return await this.next()
  }

  async next(): Promise<EngineReply> {
    const reply = await this.#replies.next()
    if (reply.type !== 'failed') return reply
    if (reply.code === 'context_length_exceeded') throw new RequestError(reply.code, reply.message)
    throw new Error(reply.message)
  }

  /** Ends the running generation; its `finished` still comes. */
  cancel(): void {
    if (this.#child.connected) this.#child.send({ type: 'cancel' } satisfies EngineRequest)
  }

  async close(): Promise<void> {
    this.#replies.expectEnd()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}

/** The engine's replies in order, for one reader; after its end, the reason for it. */
class ReplyQueue {
  readonly #replies: EngineReply[] = []
  readonly #output: string[] = []
  #reader: { resolve(reply: EngineReply): void; reject(reason: Error): void } | null = null
  #ended: Error | null = null
  #expected = false
  #onEnd: ((reason: Error) => void) | null = null

  constructor(child: ChildProcess) {
    child.on('message', (reply: EngineReply) => this.#push(reply))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#keep(text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#keep(text))
    child.on('error', (failure) => this.#end(failure))
    // `close` comes after the last output, which says why.
    child.on('close', (code, signal) => this.#end(new Error(this.#reasonOf(code, signal))))
  }

  next(): Promise<EngineReply> {
    const reply = this.#replies.shift()
    if (reply !== undefined) return Promise.resolve(reply)
    if (this.#ended !== null) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  onEnd(listener: (reason: Error) => void): void {
    this.#onEnd = listener
  }

  expectEnd(): void {
    this.#expected = true
  }

  #push(reply: EngineReply): void {
    if (this.#reader === null) this.#replies.push(reply)
    else this.#reader.resolve(reply)
    this.#reader = null
  }

  #keep(text: string): void {
    this.#output.push(...text.split('\n').filter((line) => line.trim() !== ''))
    this.#output.splice(0, Math.max(0, this.#output.length - KEPT_LINES))
  }

  #end(reason: Error): void {
    if (this.#ended !== null) return
    this.#ended = reason
    this.#reader?.reject(reason)
    if (!this.#expected) this.#onEnd?.(reason)
  }

  #reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#output.find((line) => /error|failed|invalid|unknown/i.test(line))
    const how = signal === null ? `the engine ended with code ${code}` : `the engine was ended by ${signal}`
    return said === undefined ? how : said.trim().slice(0, 300)
  }
}
