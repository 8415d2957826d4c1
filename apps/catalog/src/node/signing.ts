import { type Database, type DocumentStore, type InTurn, metadataStore } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import {
  type Ceremony,
  createMetadataRepository,
  type MetadataRepository,
  OFFLINE_LIFETIME_MS,
  OFFLINE_WARNING_MS,
  type Signer,
  TIMESTAMP,
} from '@rbee/trust'
import {
  type CeremonySurroundings,
  canSign,
  initKeys,
  type KeyFolder,
  keyFolder,
  readCeremony,
  readOnlineKey,
  renewKeys,
} from '@rbee/trust/key-folder'
import { keyFolder as keysOf, type NodeServerSettings } from './settings.ts'

/** How often it is looked whether something has to be signed, or another root was. */
const INTERVAL_MS = 60_000
/** A set of one root key: who wants more makes it with `rbee-catalog keys init` before the first start. */
const OWN_SET = { rootKeys: 1, threshold: 1 }

type SigningSettings = Pick<NodeServerSettings, 'dataDir' | 'clock' | 'randomBytes' | 'log'>

interface SigningPorts {
  readonly documents: DocumentStore
  readonly database: Pick<Database, 'markAllDue'>
  readonly inTurn: InTurn
}

/** The signing of a server's metadata with the keys of its data folder. */
export interface Signing {
  readonly repository: MetadataRepository
  /** Version and digest of the newest root; null where the folder with the keys cannot be used. */
  readonly root: { readonly version: number; readonly sha256: string } | null
  /** Publishes what the folder holds; the first time, all workers become due. Never fails. */
  publish(): Promise<void>
  /** Signs from now on what would expire, and follows what `rbee-catalog keys` does to the folder. */
  start(): { stop(): Promise<void> }
}

/**
 * Opens the keys of the data folder, and makes a set where there are none. Keys that cannot be used do not keep the server
 * from serving: they are told of in the log and at `/ready`.
 */
export async function openSigning(settings: SigningSettings, ports: SigningPorts): Promise<Signing> {
  const { clock, log } = settings
  const folder = keyFolder(keysOf(settings.dataDir))
  const surroundings = { clock, randomBytes: settings.randomBytes, lifetimeMs: OFFLINE_LIFETIME_MS }
  const store = metadataStore(ports.documents)
  const hadMetadata = (await store.get(TIMESTAMP)) !== null
  let failure: RbeeError | null = null
  let opened: Opened = { ceremony: null, repository: repositoryWith(null) }
  let published: string | null = null

  function repositoryWith(online: Signer | null): MetadataRepository {
    const onFirst = () => ports.database.markAllDue()
    return createMetadataRepository({ store, clock, online, inTurn: ports.inTurn, onFirst })
  }

  /** Takes up what the folder holds. */
  async function open(): Promise<void> {
    let ceremony = await readCeremony(folder)
    if (ceremony === null) {
      if (hadMetadata) throw keysLost(folder)
      ceremony = await initKeys(folder, OWN_SET, surroundings)
    }
    ceremony = await renewedInTime(folder, ceremony, surroundings)
    if (ceremony.rootSha256 === opened.ceremony?.rootSha256) return
    opened = { ceremony, repository: repositoryWith(await readOnlineKey(folder, ceremony)) }
  }

  /** Publishes what the folder holds now. */
  async function follow(): Promise<void> {
    await open()
    const { ceremony, repository } = opened
    if (ceremony === null || ceremony.rootSha256 === published) return
    await repository.adopt(ceremony)
    published = ceremony.rootSha256
  }

  async function trying(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      failure = null
    } catch (error) {
      const known = error instanceof RbeeError ? error : unusable(folder, error)
      // Once, not every minute.
      if (known.message !== failure?.message) log.error({ error }, 'the metadata cannot be signed')
      failure = known
    }
  }

  await trying(open)
  return {
    repository: {
      adopt: (files) => opened.repository.adopt(files),
      update: (compute) => opened.repository.update(compute),
      renew: (options) => opened.repository.renew(options),
      status: () => opened.repository.status(),
      async check() {
        if (failure !== null) throw failure
        await opened.repository.check()
      },
    },
    get root() {
      const { ceremony } = opened
      return ceremony && { version: ceremony.root.version, sha256: ceremony.rootSha256 }
    },
    publish: () => trying(follow),
    start() {
      // Of a folder that was put back as it was once, each bin may be older than what clients have seen.
      let running = trying(async () => {
        await follow()
        await opened.repository.renew({ everyBin: hadMetadata })
      })
      const timer = setInterval(() => {
        running = running.then(() =>
          trying(async () => {
            await follow()
            await opened.repository.renew()
          }),
        )
      }, INTERVAL_MS)
      timer.unref()
      return {
        async stop() {
          clearInterval(timer)
          await running
        },
      }
    },
  }
}

/** What the folder held when it was last looked at. */
interface Opened {
  readonly ceremony: Ceremony | null
  readonly repository: MetadataRepository
}

/** Where the server has the root keys itself, it renews what they signed; else their holders have to. */
async function renewedInTime(
  folder: KeyFolder,
  ceremony: Ceremony,
  surroundings: CeremonySurroundings,
): Promise<Ceremony> {
  const ends = [ceremony.root.expires, ceremony.targetsRole.expires].map((time) => Date.parse(time))
  if (Math.min(...ends) > surroundings.clock() + OFFLINE_WARNING_MS) return ceremony
  return (await canSign(folder, ceremony)) ? renewKeys(folder, surroundings) : ceremony
}

function keysLost({ path }: KeyFolder): RbeeError {
  return new RbeeError('signing_failed', `Signed metadata is served, and the keys in ${path} are gone`, {
    next: 'put them back from a backup; see "Lost online key" and "Lost root key" in SECURITY.md',
  })
}

function unusable({ path }: KeyFolder, cause: unknown): RbeeError {
  return new RbeeError('signing_failed', `The keys in ${path} cannot be used`, { cause })
}
