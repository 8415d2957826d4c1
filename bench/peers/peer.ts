import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, stopServer } from '../processes.ts'

/** A server under load, and the addresses on it that are measured. */
export interface Peer {
  readonly name: string
  /** A small document of metadata. */
  readonly document: string
  /** What its clients accept, where the server asks for it. */
  readonly documentType?: string
  /** A large file; empty where the server was started without one. */
  readonly file: string
}

/** A peer that cannot be run here. */
export interface MissingPeer {
  readonly name: string
  readonly note: string
}

/** What peers are started with. Everything of them lies in `folder` and ends with the measurement. */
export interface Stage {
  readonly folder: string
  /** Starts a server, and waits until `url` answers. */
  start(program: string, args: readonly string[], url: string, options?: StartOptions): Promise<number>
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  /** File for what the server writes to stderr; by default it is dropped. */
  readonly stderr?: string
}

/** Runs `measure` with a folder and servers of its own, which end with it. */
export async function onStage<Result>(
  name: string,
  measure: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`))
  // Started as root, nginx reads files as another user.
  await chmod(folder, 0o755)
  const servers: Awaited<ReturnType<typeof startServer>>[] = []
  try {
    return await measure({
      folder,
      async start(program, args, url, { env, stderr } = {}) {
        const child = await startServer(program, args, url, { ...process.env, ...env }, stderr)
        servers.push(child)
        if (child.pid === undefined) throw new Error(`${program} has no process`)
        return child.pid
      },
    })
  } finally {
    for (const server of servers) await stopServer(server)
    await rm(folder, { recursive: true, force: true })
  }
}

export function isMissing(peer: Peer | MissingPeer): peer is MissingPeer {
  return 'note' in peer
}
