import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { RbeeError } from '@rbee/schema'
import { type GitCall, ignoreBrokenPipe, startFailure, startGit } from './program.ts'

export type ObjectType = 'blob' | 'tree' | 'commit'

interface Request {
  readonly wants: 'info' | 'contents'
  resolve(answer: ObjectAnswer | null): void
  reject(error: Error): void
}

interface ObjectAnswer {
  readonly type: string
  readonly size: number
  /** Empty for a question about the size alone. */
  readonly bytes: Buffer
}

/**
 * Reads objects by their hash through one long-running `git cat-file`, which answers in the order of the questions.
 * The size is asked for first, so that an object of gigabytes is never read.
 */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: Request[] = []
  #questions = ''
  #received: Buffer[] = []
  #receivedSize = 0
  /** Bytes that have to be there before it is worth looking at them again. */
  #needed = 1
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
    const info = await this.#ask('info', hash)
    if (info === null || info.type !== type) return 'missing'
    if (info.size > maxBytes) return 'too-large'
    const contents = await this.#ask('contents', hash)
    return contents === null ? 'missing' : contents.bytes
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.kill()
  }

  #ask(wants: Request['wants'], hash: string): Promise<ObjectAnswer | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    if (!/^[0-9a-f]{40,64}$/.test(hash)) throw new Error('not the hash of an object')
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wants, resolve, reject })
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
    if (this.#receivedSize < this.#needed) return
    let rest = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    this.#needed = 1
    for (;;) {
      const taken = this.#takeAnswer(rest)
      if (taken === 0) break
      rest = rest.subarray(taken)
    }
    this.#received = rest.length === 0 ? [] : [rest]
    this.#receivedSize = rest.length
  }

  /** Answers the oldest question. @returns the bytes used up; 0 while the answer is not complete. */
  #takeAnswer(bytes: Buffer): number {
    const lineEnd = bytes.indexOf(0x0a)
    const request = this.#waiting[0]
    if (lineEnd === -1 || request === undefined) return 0
    const [, type = '', size = ''] = bytes.toString('latin1', 0, lineEnd).split(' ')
    const start = lineEnd + 1
    if (type === 'missing') {
      this.#waiting.shift()
      request.resolve(null)
      return start
    }
    if (request.wants === 'info') {
      this.#waiting.shift()
      request.resolve({ type, size: Number(size), bytes: Buffer.alloc(0) })
      return start
    }
    const end = start + Number(size)
    if (bytes.length < end + 1) {
      this.#needed = end + 1
      return 0
    }
    this.#waiting.shift()
    request.resolve({ type, size: Number(size), bytes: Buffer.from(bytes.subarray(start, end)) })
    return end + 1
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const request of this.#waiting.splice(0)) request.reject(this.#failure)
  }
}
