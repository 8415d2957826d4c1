import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extractArchive } from '@rbee/packaging'
import { parseEnvelope, readHistory, verifyArtifact } from '@rbee/provenance'
import {
  RbeeError,
  releaseDocumentSchema,
  sha256Of,
  signedLogSchema,
  tryParseJson,
  workerIdSchema,
  workerKeysSchema,
  workerLogSchema,
} from '@rbee/schema'
import { aKeyChange, anOperator, aPublisherSigner, fakeRandomBytes } from '@rbee/testing'
import { checkConsistency, checkRelease, parseVerifierKey, readCheckpoint } from '@rbee/transparency-log'
import {
  fetchFirstRoot,
  openTrustedRegistry,
  requireAddress,
  requireDocument,
  type TrustedRegistry,
  trustRoot,
} from '@rbee/trust/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { program } from '../e2e/catalog.ts'
import { aMachine } from '../e2e/machine.ts'
import { readLocked } from '../rbee-lock/rbee-lock.ts'
import { type LyingWorld, lyingWorld } from './testing/lying-world.ts'

const SEED = 20_261_121
/** Of each kind, in processes of their own: they take a hundred times as long. */
const PROGRAM_RUNS = 2
const ID = workerIdSchema.parse('echo-worker')
const RELEASE = `/v1/workers/${ID}/1.1.0`
const LATEST = `/v1/workers/${ID}/latest`
const VERSIONS = `/v1/workers/${ID}/versions`
const KEYS = `/v1/workers/${ID}/keys`
const alice = aPublisherSigner(1)

/** Answers of a registry by their paths. */
type Answers = ReadonlyMap<string, Buffer>

let world: LyingWorld
/** All that an install of a signed release asked for. */
const answers = new Map<string, Buffer>()
let trusted: TrustedRegistry
let lock: Buffer

beforeAll(async () => {
  world = await lyingWorld()
  await world.publish('other-worker', '1.0.0')
  await world.publish(ID, '1.0.0')
  const first = aKeyChange(ID, [], 'bound', alice, [alice])
  await world.catalog.registry.changeKeys(anOperator(), ID, first)
  const files = program(ID, 'exit 0', { 'model.bin': fakeRandomBytes()(20_000) })
  await world.catalog.publish({ id: ID, version: '1.1.0', variants: { cpu: files }, signer: alice })
  await world.publish('other-worker', '1.1.0')
  const registry = world.proxy.registry((path, answer) => {
    if (answer.status === 200) answers.set(path, answer.body)
    return answer
  })
  const machine = world.machine()
  expect((await machine.install(registry)).code).toBe('done')
  lock = await readFile(join(machine.home, 'rbee.lock'))
  trusted = await open(answers)
})
afterAll(() => world[Symbol.asyncDispose]())

const bodyOf = (from: Answers, path: string) => from.get(path) ?? Buffer.alloc(0)
const named = (part: string) => [...answers.keys()].filter((path) => path.includes(part))

/** What a client without any state verifies before it believes a word. */
async function open(from: Answers): Promise<TrustedRegistry> {
  const kept = new Map<string, Uint8Array>()
  const store = {
    read: async (name: string) => kept.get(name) ?? null,
    write: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    remove: async (name: string) => void kept.delete(name),
  }
  const source = { fetch: async (name: string) => from.get(`/v1/tuf/${name}`) ?? null }
  await trustRoot(store, await fetchFirstRoot(source))
  return openTrustedRegistry({ source, store, clock: Date.now })
}

async function indexOf(registry: TrustedRegistry) {
  const index = await registry.worker(ID)
  if (index === null) throw new Error('the worker is not listed')
  requireAddress(index, ID)
  return index
}

async function readMetadata(from: Answers): Promise<void> {
  const registry = await open(from)
  await indexOf(registry)
  await registry.target('log.json')
}

async function readDocuments(from: Answers): Promise<void> {
  const index = await indexOf(trusted)
  requireDocument(index, RELEASE, bodyOf(from, LATEST))
  requireDocument(index, VERSIONS, bodyOf(from, VERSIONS))
  requireDocument(index, KEYS, bodyOf(from, KEYS))
}

const release = () => releaseDocumentSchema.parse(JSON.parse(`${answers.get(LATEST)}`))

function artifactOf() {
  const [variant] = release().variants
  const [artifact] = variant?.artifacts ?? []
  if (variant === undefined || artifact === undefined) throw new Error('the release has an artifact')
  return { variant: variant.name, ...artifact }
}

let extractions = 0
async function unpack(from: Answers): Promise<void> {
  const { digest, unpacked_size, archives } = artifactOf()
  const [path = ''] = named('/v1/blobs/')
  const archive = archives.find(({ checksum }) => path.endsWith(sha256Of(checksum)))
  if (archive === undefined) throw new Error('the archive is one of the release')
  extractions += 1
  const folder = join(world.folder, `unpacked-${extractions}`)
  const expected = {
    sha256: sha256Of(archive.checksum),
    size: archive.size,
    digest,
    unpackedSize: unpacked_size,
  }
  const bytes = (async function* () {
    yield bodyOf(from, path)
  })()
  try {
    await extractArchive(bytes, archive.format, folder, { expected })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Without the digest of the envelope, which the document of its release states: the signature holds alone. */
async function readEnvelope(from: Answers): Promise<void> {
  const { variant, platform, digest, provenance } = artifactOf()
  const { history } = workerKeysSchema.parse(JSON.parse(`${answers.get(KEYS)}`))
  const { version, release: identity } = release()
  const [path = ''] = named('/provenance/')
  const verdict = verifyArtifact(
    {
      subject: { worker: ID, version, platform, variant, digest },
      release: identity,
      attachedAt: provenance?.attached_at ?? '',
    },
    parseEnvelope(bodyOf(from, path)),
    readHistory(ID, history),
  )
  if (!verdict.ok) throw new RbeeError(verdict.code, verdict.message)
}

async function readLog(from: Answers): Promise<void> {
  const named = signedLogSchema.parse(JSON.parse(`${await trusted.target('log.json').then(Buffer.from)}`))
  const source = async (path: string) => from.get(`/v1/log/${path}`) ?? null
  const head = await readCheckpoint(source, parseVerifierKey(named.key))
  await checkConsistency(source, { size: 0, root: new Uint8Array() }, head)
  const places = workerLogSchema.safeParse(tryParseJson(`${bodyOf(from, `${RELEASE}/log`)}`))
  if (!places.success) throw new RbeeError('registry_invalid', 'no list of entries')
  await checkRelease(source, head, release(), places.data)
}

let locks = 0
async function readLock(from: Answers): Promise<void> {
  locks += 1
  const path = join(world.folder, `${locks}.lock`)
  await writeFile(path, bodyOf(from, 'rbee.lock'))
  try {
    if ((await readLocked(path, ID)) === null) throw new RbeeError('lock_missing', 'it is not named')
  } finally {
    await rm(path)
  }
}

interface Kind {
  readonly kind: string
  readonly places: number
  readonly files: () => readonly string[]
  readonly read: (from: Answers) => Promise<void>
}

const KINDS: readonly Kind[] = [
  { kind: 'metadata', places: 500, files: () => named('/v1/tuf/'), read: readMetadata },
  { kind: 'documents', places: 300, files: () => [LATEST, VERSIONS, KEYS], read: readDocuments },
  { kind: 'an archive', places: 300, files: () => named('/v1/blobs/'), read: unpack },
  { kind: 'an envelope', places: 300, files: () => named('/provenance/'), read: readEnvelope },
  {
    kind: 'the log',
    places: 300,
    files: () => [...named('/v1/log/'), `${RELEASE}/log`],
    read: readLog,
  },
  { kind: 'rbee.lock', places: 300, files: () => ['rbee.lock'], read: readLock },
]

/** The same answers, of which one has another bit somewhere. */
function flipped(path: string, at: number, bit: number): { place: string; from: Answers } {
  const original = path === 'rbee.lock' ? lock : bodyOf(answers, path)
  const body = Buffer.from(original)
  const index = at % body.length
  body.writeUInt8(body.readUInt8(index) ^ (1 << bit), index)
  return { place: `bit ${bit} of byte ${index} of ${path}`, from: new Map([...answers, [path, body]]) }
}

async function codeOf(reading: Promise<void>): Promise<string> {
  try {
    await reading
    return 'believed'
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}

/** Places of a kind: the same for the same seed. */
function placesOf({ files }: Kind, count: number, seed: number) {
  const place = fc.record({
    file: fc.constantFrom(...files()),
    at: fc.noBias(fc.nat(2 ** 30)),
    bit: fc.nat(7),
  })
  return fc.sample(place, { numRuns: count, seed })
}

describe(`a bit that is flipped (seed ${SEED})`, () => {
  it.each(KINDS)('is refused in $places places of $kind', { timeout: 120_000 }, async (one) => {
    const honest = new Map([...answers, ['rbee.lock', lock]])
    expect(await codeOf(one.read(honest))).toBe('believed')
    const believed: string[] = []
    const places = placesOf(one, one.places, SEED)
    const some = async () => {
      for (let next = places.pop(); next !== undefined; next = places.pop()) {
        const { place, from } = flipped(next.file, next.at, next.bit)
        if ((await codeOf(one.read(from))) === 'believed') believed.push(place)
      }
    }
    await Promise.all(Array.from({ length: 8 }, some))
    expect(believed).toEqual([])
  })

  it.each(KINDS)(
    'makes the program end with 4, and install nothing: $kind',
    {
      timeout: 120_000,
    },
    async (one) => {
      const runs = placesOf(one, PROGRAM_RUNS, SEED + 1).map(async ({ file, at, bit }) => {
        const { place, from } = flipped(file, at, bit)
        const registry = world.proxy.registry((path, answer) => {
          const body = from.get(path)
          return path === file && body !== undefined ? { ...answer, body } : answer
        })
        await using machine = await aMachine(registry)
        const args = ['install', ID, '--host-profile', await machine.profile({})]
        if (one.kind === 'rbee.lock') {
          const path = join(machine.folder, 'rbee.lock')
          await writeFile(path, bodyOf(from, 'rbee.lock'))
          args.push('--locked', '--lock', path)
        }
        const { code, stderr } = await machine.hive(...args)
        expect(code, `${place}: ${stderr}`).toBe(EXIT.refused)
        expect([await machine.active(ID), await machine.staging()]).toEqual([null, []])
      })
      await Promise.all(runs)
    },
  )
})
