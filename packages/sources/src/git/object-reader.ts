import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { RbeeError } from '@rbee/schema'
import { type GitCall, ignoreBrokenPipe, startFailure, startGit } from './program.ts'

export type ObjectType = 'blob' | 'tree' | 'commit'

interface Request {
  readonly wants: 'info' | 'contents'
  /** Of the contents; more are passed over. */
  readonly maxBytes: number
  resolve(answer: ObjectAnswer | null): void
  reject(error: Error): void
}

interface ObjectAnswer {
  readonly type: string
  readonly size: number
  /** Null for a question about the size alone, and where there are too many of them. */
  readonly bytes: Buffer | null
}

/** Bytes of objects that were too large and came nevertheless. From there on, sizes are asked for first. */
const MAX_PASSED_OVER = 64 * 2 ** 20

/**
 * Reads objects by their hash through one long-running `git cat-file`, which answers in the order of the questions. An
 * object of gigabytes takes no memory, and a repository full of them no time: few of them are sent.
 */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: Request[] = []
  #questions = ''
  #received: Buffer[] = []
  #receivedSize = 0
  /** Bytes that have to be there before it is worth looking at them again. */
  #needed = 1
  /** Bytes to come that nobody wants. */
  #unwanted = 0
  #passedOver = 0
  #failure: Error | null = null

  constructor(call: GitCall) {
    this.#child = startGit(['cat-file', '--batch-command'], call)
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#child.stderr.resume()
    this.#child.stdin.on('error', ignoreBrokenPipe)
    this.#child.on('error', (error) => this.#fail(startFailure(error)))
    this.#child.on('close', () =>
      this.#fail(
        new RbeeError('catalog_unreadable', 'git stopped while objects were read', {
          next: 'check the repository with git fsck; git 2.36 or newer is needed',
        }),
      ),
    )
  }

  /** @returns the bytes of an object, or why they are not read. */
  async read(type: ObjectType, hash: string, maxBytes: number): Promise<Buffer | 'too-large' | 'missing'> {
    if (this.#passedOver > MAX_PASSED_OVER) {
      const info = await this.#ask('info', hash, maxBytes)
      if (info === null || info.type !== type) return 'missing'
      if (info.size > maxBytes) return 'too-large'
    }
    const contents = await this.#ask('contents', hash, maxBytes)
    if (contents === null || contents.type !== type) return 'missing'
    return contents.bytes ?? 'too-large'
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.kill()
  }

  #ask(wants: Request['wants'], hash: string, maxBytes: number): Promise<ObjectAnswer | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    if (!/^[0-9a-f]{40,64}$/.test(hash)) throw new Error('not the hash of an object')
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wants, maxBytes, resolve, reject })
      if (this.#questions === '') setImmediate(() => this.#send())
      this.#questions += `${wants} ${hash}\n`
    })
  }

  /** Questions that come up together go out together: each write is a system call. */
  #send(): void {
    this.#child.stdin.write(this.#questions)
    this.#questions = ''
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#receivedSize += chunk.length
    if (this.#receivedSize < this.#needed && this.#unwanted === 0) return
    let rest = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    this.#needed = 1
    for (;;) {
      const taken = this.#unwanted > 0 ? this.#passOver(rest) : this.#takeAnswer(rest)
      if (taken === 0) break
      rest = rest.subarray(taken)
    }
    this.#received = rest.length === 0 ? [] : [rest]
    this.#receivedSize = rest.length
  }

  #passOver(bytes: Buffer): number {
    const taken = Math.min(this.#unwanted, bytes.length)
    this.#unwanted -= taken
    return taken
  }

  /** Answers the oldest question. @returns the bytes used up; 0 while the answer is not complete. */
  #takeAnswer(bytes: Buffer): number {
    const lineEnd = bytes.indexOf(0x0a)
    const request = this.#waiting[0]
    if (lineEnd === -1 || request === undefined) return 0
    const [, type = '', length = ''] = bytes.toString('latin1', 0, lineEnd).split(' ')
    const start = lineEnd + 1
    if (type === 'missing') {
      this.#waiting.shift()
      request.resolve(null)
      return start
    }
    const size = Number(length)
    const end = start + size
    const isWanted = request.wants === 'contents' && size <= request.maxBytes
    if (isWanted && bytes.length < end + 1) {
      this.#needed = end + 1
      return 0
    }
    this.#waiting.shift()
    request.resolve({ type, size, bytes: isWanted ? Buffer.from(bytes.subarray(start, end)) : null })
    if (isWanted) return end + 1
    if (request.wants === 'contents') {
      this.#unwanted = size + 1
      this.#passedOver += size
    }
    return start
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const request of this.#waiting.splice(0)) request.reject(this.#failure)
  }
}
