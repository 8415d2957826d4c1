import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Options of curl that send files or other data, take orders from elsewhere, or fetch from elsewhere. */
const REFUSED_OPTION =
  /^(?:-[a-zA-Z]*[KTdFxUEOJ:]|--(?:config|upload-file|data.*|form.*|json|next|proxy.*|preproxy|unix-socket|abstract-unix-socket|resolve|connect-to|doh-url|dns-.*|interface|netrc.*|cookie.*|cert.*|key.*|engine|libcurl|trace.*|dump-header|stderr|output-dir|remote-name.*|url|insecure|proto.*|user|socks.*|variable|expand-.*|write-out|ipfs-gateway|ftp-.*|quote|etag-.*|hsts|alt-svc))$|^-k$/

/** makepkg runs a download agent before anybody looks; curl with a header is what a licence key needs. */
export const downloadAgent: Rule<CheckedWorker> = {
  id: 'download-agent',
  severity: 'error',
  summary: 'a download agent is curl, and does nothing but fetch',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ settings }) =>
      settings
        .filter(({ name }) => name === 'DLAGENTS')
        .flatMap(({ texts, place }) =>
          texts.flatMap((text) => {
            const reason = problemOf(text)
            return reason === null
              ? []
              : [
                  {
                    line: place.line,
                    reason,
                    cure: "write 'https::/usr/bin/curl -gqfL -H … -o %o %u', or leave DLAGENTS out",
                  },
                ]
          }),
        ),
    ),
}

/**
 * The agent of generated packages: it hands the key to curl through a pipe, so that it stands in no command line that
 * other users of the machine could read.
 */
const KEY_THROUGH_PIPE =
  /^https::\/usr\/bin\/bash -c exec\tcurl\t-qgfL(?:\t--proto\t=https)?\t--retry\t\d\t-K\t<\(printf\toauth2-bearer=%s\t"\$\{RBEE_LICENSE_KEY:-\$RBEE_LICENSE_TOKEN\}"\)\t-o\t"\$0"\t"\$1" %o %u$/

function problemOf(agent: string): string | null {
  if (KEY_THROUGH_PIPE.test(agent)) return null
  const [, scheme, command] = /^([a-z0-9+.-]+)::([\s\S]*)$/.exec(agent) ?? []
  const words = (command ?? '').split(/\s+/).filter((word) => word !== '')
  if (scheme !== 'https' || words[0] !== '/usr/bin/curl')
    return 'a download agent is another program than /usr/bin/curl for https'
  if (/[`|;&<>]|\$\(/.test(agent)) return 'a download agent holds signs of the shell'
  const outputs = words.filter((_word, index) => /^(?:-[a-zA-Z]*o|--output)$/.test(words[index - 1] ?? ''))
  if (outputs.some((word) => word !== '%o')) return 'a download agent writes to another place than %o'
  const option = words.find((word) => REFUSED_OPTION.test(word.replace(/=.*$/s, '')))
  if (option !== undefined) return `a download agent is given ${option}, which does more than fetch`
  return words.some((word) => /^[a-z]+:\/\//i.test(word))
    ? 'a download agent fetches from an address of its own'
    : null
}
