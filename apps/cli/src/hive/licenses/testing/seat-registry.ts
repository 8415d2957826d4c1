import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type LeaseClaims, type LicenseSigner, licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { type SeatUse, seatUseSchema, tryParseJson, workerIdSchema } from '@rbee/schema'

const LICENSE_ID = 'c'.repeat(24)
export const WORKER = workerIdSchema.parse('paid-worker')
const HOUR_SECONDS = 3600

export type Verb = 'activate' | 'heartbeat' | 'release'
/** What a refusal says. */
interface Refusal {
  readonly status: number
  readonly code: string
  readonly reason?: string
}

/** A registry that gives seats of one licence, and may be told to lie. */
export interface SeatRegistry {
  readonly url: string
  readonly token: string
  readonly signer: LicenseSigner
  /** What it was asked, in order. */
  readonly asked: (SeatUse & { readonly verb: Verb })[]
  /** What leases say instead of the truth. */
  claims: Partial<LeaseClaims>
  /** Signs the leases. */
  leaseSigner: LicenseSigner
  /** Answers instead; null for what it does itself. */
  refuse: (verb: Verb) => Refusal | 'endless' | 'silence' | null
  [Symbol.asyncDispose](): Promise<void>
}

export async function startSeatRegistry(clock: () => number = Date.now): Promise<SeatRegistry> {
  const signer = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(3)), 'the test')
  const token = await signer.issue({
    ...{ jti: LICENSE_ID, sub: 'ACME', workers: [WORKER], entitlements: [], seats: 2 },
    iat: Math.floor(clock() / 1000) - HOUR_SECONDS,
  })
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return send(response, 200, signer.verifier.publicKey)
    const verb = (request.url ?? '').split('/').at(-1) as Verb
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { label: _, ...body } = tryParseJson(text) as SeatUse & { label?: string }
    const use = seatUseSchema.parse(body)
    registry.asked.push({ verb, ...use })
    const refusal = registry.refuse(verb)
    if (refusal === 'silence') return
    if (refusal === 'endless') return pour(response)
    if (refusal !== null) return send(response, refusal.status, problemOf(refusal))
    if (verb === 'release') return send(response, 200, { released: true, seats: { total: 2, used: 0 } })
    return send(response, 200, await seatFor(registry, use, clock))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry: SeatRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ token, signer, leaseSigner: signer, asked: [], claims: {} },
    refuse: () => null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return registry
}

async function seatFor(
  { claims: lies, leaseSigner }: SeatRegistry,
  { fingerprint }: SeatUse,
  clock: () => number,
) {
  const iat = Math.floor(clock() / 1000)
  const claims: LeaseClaims = {
    ...{ jti: LICENSE_ID, fingerprint, workers: [WORKER], entitlements: [], kind: 'machine', iat },
    ...{ exp: iat + HOUR_SECONDS, grace: HOUR_SECONDS },
    ...lies,
  }
  return {
    ...{ license_id: LICENSE_ID, fingerprint, kind: claims.kind, lease: await leaseSigner.lease(claims) },
    lease_expires_at: new Date(claims.exp * 1000).toISOString(),
    ...{ grace_seconds: claims.grace, heartbeat_seconds: 60, seats: { total: 2, used: 1 } },
  }
}

function problemOf({ status, code, reason }: Refusal) {
  const detail = `the test refuses: ${code}`
  return { type: `/docs/errors#${code}`, title: 'no', status, detail, code, error: detail, reason }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(value))
}

/** An answer that does not end. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = ' '.repeat(64 * 1024)
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}
