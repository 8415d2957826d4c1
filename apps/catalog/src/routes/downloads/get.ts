import { LINK_SECONDS } from '@rbee/licences'
import { type Download, downloadSchema, RbeeError, type ReleaseDocument, sha256Of } from '@rbee/schema'
import type { Context } from 'hono'
import type { Endpoint } from '../../endpoint.ts'
import {
  type Answer,
  emptyAnswer,
  JSON_TYPE,
  jsonAnswer,
  SHORT_CACHE,
  taggedAnswer,
} from '../../http/answer.ts'
import {
  ADDRESS,
  FORMAT,
  PLATFORM,
  pathParameter,
  queryParameter,
  VARIANT,
  VERSION_OR_LATEST,
} from '../../http/parameters.ts'
import { publicUrlOf } from '../../http/public-url.ts'
import type { Services } from '../../services.ts'
import { addressedVersion, releaseNotFound } from '../releases/addressed.ts'
import { addressedWorker } from '../workers/addressed.ts'
import { type ArtifactRequest, chooseArchive } from './artifact-choice.ts'
import { countHandedOut } from './counted.ts'
import { assertLicensed, licensedArchive } from './licensed.ts'

const VARY = 'Accept, Origin'

export const getDownload: Endpoint = {
  operation: {
    id: 'getDownload',
    tag: 'Downloads',
    summary: 'Find the archive for a platform',
    description:
      'Answers where the archive is and what its bytes must be. With `Accept: application/octet-stream` it redirects to the bytes. What is sold takes a licence in `Authorization: Bearer`; the address that is answered then is good for an hour, and may be one of the object store: no licence is sent there.',
    parameters: [ADDRESS, VERSION_OR_LATEST, { ...PLATFORM, required: true }, VARIANT, FORMAT],
    answers: [
      { status: 200, description: 'The archive', content: { schema: downloadSchema } },
      { status: 302, description: 'Redirect to the bytes' },
    ],
    rateLimit: 'detail',
    errors: [
      'invalid_id',
      'invalid_version',
      'invalid_platform',
      'invalid_variant',
      'invalid_format',
      'worker_not_found',
      'release_not_found',
      'quarantined',
      'no_binary',
      'no_artifact',
      'license_required',
      'license_refused',
    ],
  },
  async handle(context, services) {
    const asked = pathParameter(context, VERSION_OR_LATEST)
    const platform = requirePlatform(queryParameter(context, PLATFORM))
    const variant = queryParameter(context, VARIANT)
    const format = queryParameter(context, FORMAT) ?? 'tar.gz'

    const address = await addressedWorker(context, services)
    const version = await addressedVersion(services.reader, address.worker, asked)
    const release = await services.reader.release(address.worker, version)
    if (!release) throw releaseNotFound(address.worker, version)
    assertMayRun(release)

    const chosen = variant ?? address.variant ?? release.default_variant
    const download = describe(release, { platform, variant: chosen, format }, publicUrlOf(context, services))
    const sold = await isSold(services, release, download)
    if (!sold) return wantsBytes(context) ? redirectTo(download) : asJson(download)
    await assertLicensed(context, services, release)
    const signed = await signedDownload(context, services, download)
    return wantsBytes(context) ? emptyAnswer(302, { Location: signed.download_url }) : jsonAnswer(signed)
  },
}

function assertMayRun({ worker, version, quarantined }: ReleaseDocument): void {
  if (quarantined === null) return
  throw new RbeeError('quarantined', `${worker} ${version} is quarantined: ${quarantined}`, {
    next: `see other releases at /v1/workers/${worker}/versions`,
    details: { worker, version, reason: quarantined },
  })
}

function requirePlatform(platform: string | null): string {
  if (platform !== null) return platform
  throw new RbeeError('invalid_platform', 'The parameter platform is missing', {
    next: 'add ?platform=OS-ARCH, for example ?platform=linux-x86_64',
  })
}

function describe(release: ReleaseDocument, request: ArtifactRequest, publicUrl: string): Download {
  const { artifact, archive } = chooseArchive(release, request)
  return {
    worker: release.worker,
    version: release.version,
    variant: request.variant,
    platform: artifact.platform,
    format: archive.format,
    download_url: publicUrl + archive.download_url,
    checksum: archive.checksum,
    size: archive.size,
    digest: artifact.digest,
    expires_in: null,
  }
}

/** Also before its archives are marked so, which the upkeep does for releases of earlier versions of this program. */
async function isSold(
  services: Services,
  { distribution }: ReleaseDocument,
  { checksum }: Download,
): Promise<boolean> {
  return distribution.requires_license || (await licensedArchive(services, sha256Of(checksum))) !== null
}

/** With an address that is good for an hour: of the store where it hands out archives by itself, else of this server. */
async function signedDownload(context: Context, services: Services, download: Download): Promise<Download> {
  const { archiveLinks } = services
  const url =
    archiveLinks === null
      ? ownAddress(services, download)
      : await archiveLinks.linkTo(sha256Of(download.checksum), {
          seconds: LINK_SECONDS,
          fileName: fileNameOf(download),
        })
  // Whoever fetches it from the store is seen here only.
  if (archiveLinks !== null) countHandedOut(context, services, sha256Of(download.checksum), null)
  return { ...download, download_url: url, expires_in: LINK_SECONDS }
}

function ownAddress({ registry }: Services, download: Download): string {
  const { expires, signature } = registry.signDownload(sha256Of(download.checksum))
  const url = new URL(download.download_url)
  url.searchParams.set('expires', String(expires))
  url.searchParams.set('signature', signature)
  return url.href
}

function fileNameOf({ worker, version, platform, variant, format }: Download): string {
  return `${worker}-${version}-${platform}-${variant}.${format}`
}

/** RFC 9110, 12.5.1: a weight of zero means that the type is not wanted. */
function wantsBytes(context: Context): boolean {
  const ranges = (context.req.header('accept') ?? '').split(',').map((range) => range.trim())
  return ranges.some(
    (range) => /^application\/octet-stream\s*(;|$)/i.test(range) && !/;\s*q=0(\.0*)?\s*($|;)/i.test(range),
  )
}

function redirectTo(download: Download): Answer {
  return emptyAnswer(302, { Location: download.download_url, 'Cache-Control': SHORT_CACHE, Vary: VARY })
}

function asJson(download: Download): Promise<Answer> {
  return taggedAnswer(JSON.stringify(download), JSON_TYPE, { Vary: VARY })
}
