import { type ArchiveLinks, archivePath, type Clock } from '@rbee/registry'
import { AwsV4Signer } from 'aws4fetch'
import { addressOf, type S3Place, signingTime } from './place.ts'

export type { S3Place } from './place.ts'

/** As long as a right to read is handed out at most, in seconds; stores would take a week. */
const LONGEST_SECONDS = 3600
/** What is signed for one reader is no other's; archives are stored as what everybody may keep. */
const CACHE_CONTROL = 'private, no-store'

/**
 * Links signed in their query, Signature Version 4: to GET of one key, with what the answer has to say of it. They end with
 * temporary credentials, where those end first.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @param place whose endpoint is the one that clients reach.
 */
export function presignedLinks(place: S3Place, clock: Clock): ArchiveLinks {
  return {
    async linkTo(sha256, { seconds, fileName }) {
      if (seconds < 1 || seconds > LONGEST_SECONDS) throw new RangeError(`${seconds} s is no time for a link`)
      const url = addressOf(place, place.prefix + archivePath(sha256))
      const query = {
        'X-Amz-Expires': String(seconds),
        'response-cache-control': CACHE_CONTROL,
        'response-content-type': 'application/octet-stream',
        ...(fileName !== null && { 'response-content-disposition': attachment(fileName) }),
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      const signed = await new AwsV4Signer({
        method: 'GET',
        url: url.href,
        service: 's3',
        region: place.region,
        datetime: signingTime(clock()),
        signQuery: true,
        ...place.credentials,
      }).sign()
      // A blank is signed as %20, and not every store reads a plus as one. What was a plus is %2B here.
      return signed.url.href.replaceAll('+', '%20')
    },
  }
}

/** RFC 6266: names of archives hold nothing that has to be escaped. */
function attachment(fileName: string): string {
  if (!/^[A-Za-z0-9._+-]+$/.test(fileName)) throw new Error('The name of an archive has to be escaped')
  return `attachment; filename="${fileName}"`
}
