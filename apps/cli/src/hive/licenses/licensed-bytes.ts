import { errorCodeSchema, pricingSchema, problemSchema, RbeeError, tryParseJson } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import type { BytesAnswer, FetchBytes } from '../../registry/fetch-bytes.ts'
import type { HiveHome } from '../home.ts'
import { fittingLicenses } from './fitting-licenses.ts'
import { priceText } from './price.ts'

/** Of a refusal, more is not read. */
const PROBLEM_MAX_BYTES = 64 * 1024

/**
 * Fetches archives, and where the registry answers that one is sold, asks once more with the licence that was given or kept for
 * its worker. It goes to the addresses of archives of this registry, in a header, and nowhere else.
 *
 * Fails with `license_required` and `license_refused`, which say what the worker costs and where to buy it.
 */
export function licensedBytes(
  ask: FetchBytes,
  registry: string,
  home: HiveHome,
  context: Pick<CommandContext, 'env' | 'cwd'>,
): FetchBytes {
  /** What opened an address before. */
  const opened = new Map<string, string>()
  return async (url, init) => {
    if (!url.href.startsWith(`${registry}/v1/blobs/`)) return ask(url, init)
    const withToken = (token: string) =>
      ask(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
    const known = opened.get(url.href)
    const answer = known === undefined ? await ask(url, init) : await withToken(known)
    if (answer.status !== 403) return answer
    let refusal = await readRefusal(answer, registry)
    if (known !== undefined || refusal.code !== 'license_required') throw refusal
    for (const token of await fittingLicenses(registry, home, context, refusal.details.worker)) {
      const second = await withToken(token)
      if (second.status !== 403) {
        opened.set(url.href, token)
        return second
      }
      refusal = await readRefusal(second, registry)
      if (refusal.code !== 'license_refused') throw refusal
    }
    throw refusal
  }
}

/** Whether an object store answered, to which the registry led with a link. */
function isElsewhere({ url }: BytesAnswer, registry: string): boolean {
  return url !== undefined && new URL(url).origin !== new URL(registry).origin
}

/**
 * What the registry says against handing an archive out. Throws what is tried again where a store refuses a link of the registry: a
 * new request gets a new one.
 */
async function readRefusal(answer: BytesAnswer, registry: string): Promise<RbeeError> {
  const text = await beginningOf(answer)
  const problem = problemSchema.extend({ code: errorCodeSchema }).safeParse(tryParseJson(text))
  if (!problem.success && isElsewhere(answer, registry)) {
    const said = /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? 'HTTP 403'
    // Without the address, which is a right to read.
    throw new Error(`the store that the registry leads to refuses its link (${said})`)
  }
  if (!problem.success) {
    return new RbeeError('registry_invalid', 'the registry refuses the archive (HTTP 403)', {
      next: 'try again later, or tell the operator of the registry',
    })
  }
  const { code, detail, worker, version, pricing: stated, purchase_url, reason } = problem.data
  const pricing = pricingSchema.safeParse(stated).data ?? null
  const price = priceText(pricing)
  const address = pricing?.purchase_url
  const buy = address === undefined ? 'ask its publisher for a licence' : `buy a licence at ${address}`
  if (code === 'license_required' || code === 'license_refused') {
    return new RbeeError(code, price === null ? detail : `${detail}; it costs ${price}`, {
      next: `${buy}, then add it with: rbee-hive license add`,
      details: { worker, version, pricing, purchase_url, ...(reason !== undefined && { reason }) },
    })
  }
  return new RbeeError(code, detail)
}

async function beginningOf({ body }: BytesAnswer): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(new Uint8Array(chunk))
    size += chunk.length
    if (size > PROBLEM_MAX_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
