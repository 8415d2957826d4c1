import {
  ARCHITECTURES,
  featureSchema,
  type HostProfile,
  modelFormatSchema,
  OPERATING_SYSTEMS,
  RbeeError,
  SEARCH_FILTERS,
  SEARCH_QUERY_MAX,
  SEARCH_SORTS,
  type SearchAnswer,
  type SearchHit,
  searchLicenseSchema,
  searchTagSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { homeRoot } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { command } from '../../program/command.ts'
import { choiceOption, numberOption, textOption } from '../../program/option-values.ts'
import { connectRegistry } from '../../registry/connect.ts'

const several = <Value extends z.ZodType>(value: Value) => z.array(value).max(20).default([])

export default command({
  options: z.object({
    registry: z.string(),
    home: z.string(),
    hostProfile: z.string().optional(),
    platform: several(choiceOption(OPERATING_SYSTEMS)),
    arch: several(choiceOption(ARCHITECTURES)),
    license: several(textOption(searchLicenseSchema)),
    feature: several(textOption(featureSchema)),
    tag: several(textOption(searchTagSchema)),
    price: several(choiceOption(['free', 'paid'])),
    source: several(choiceOption(['official', 'community'])),
    format: several(textOption(modelFormatSchema)),
    minRating: numberOption({ min: 0, max: 5, parts: true }).optional(),
    sort: choiceOption(SEARCH_SORTS).optional(),
    limit: numberOption({ min: 1, max: 100 }),
    cursor: z.string().optional(),
    fits: z.boolean().default(false),
    anywhere: z.boolean().default(false),
  }),

  async run(context, words, options): Promise<SearchAnswer> {
    const q = words.filter((word) => word !== undefined).join(' ')
    if (q.length > SEARCH_QUERY_MAX) {
      throw new RbeeError('invalid_query', `The words are longer than ${SEARCH_QUERY_MAX} characters`, {
        next: 'Search for fewer words',
      })
    }
    const { client } = await connectRegistry(context, options.registry)
    const { platform, arch, license, feature, tag, price, source, format, minRating, sort, limit, cursor } =
      options
    const profile =
      options.anywhere && !options.fits
        ? null
        : await loadHostProfile({
            file: options.hostProfile,
            cwd: context.cwd,
            env: context.env,
            home: homeRoot(options.home, context.cwd),
          })
    return client.searchWorkers({
      q,
      ...{ platform, arch, license, feature, tag, price, source, format, sort, limit, cursor },
      min_rating: minRating ?? null,
      explain: false,
      fits: options.fits ? 'only' : 'mark',
      ...(profile === null ? {} : { host_profile: withoutNames(profile) }),
    })
  },

  view(answer, { terminal }) {
    const { hits, total, corrected, next_cursor: next } = answer
    if (hits.length === 0) return nothingText(answer)
    const { bold, dim, green } = terminal.colors
    const lines = hits.flatMap((hit) => [
      `${bold(hit.worker.id)} ${hit.worker.version}  ${dim(factsOf(hit))}${fitText(hit, green, dim)}`,
      `  ${hit.worker.description}`,
    ])
    return [
      ...(corrected === null ? [] : [`nothing has these words; found for "${corrected}":`]),
      ...(corrected === null ? matchingText(answer) : []),
      ...lines,
      dim(`${hits.length} of ${total}${next === null ? '' : `; more with --cursor ${next}`}`),
      dim(`look at one with: rbee worker info ${hits[0]?.worker.id}`),
    ].join('\n')
  },
})

/** What may be left out, of what was asked for. */
function nothingText({ query }: SearchAnswer): string {
  const { filters, fits, q } = query
  const flags = [
    ...SEARCH_FILTERS.filter((name) => isSet(filters[name])).map((name) => `--${name.replace('_', '-')}`),
    ...(fits === 'only' ? ['--fits'] : []),
  ]
  const advice = [
    ...(q.trim() === '' ? [] : ['fewer words']),
    ...(flags.length === 0 ? [] : [`without ${orList(flags)}`]),
  ]
  return advice.length === 0
    ? 'nothing was found: the registry has no workers yet'
    : `nothing was found\ntry ${advice.join(', ')}, or see all workers with: rbee worker search`
}

function isSet(value: readonly string[] | number | null): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function matchingText({ query }: SearchAnswer): string[] {
  switch (query.matching) {
    case 'all':
      return []
    case 'most':
      return ['few have all of these words; others lack one:']
    case 'any':
      return ['nothing has all of these words; the nearest:']
  }
}

/** What a machine is called is none of the registry's business; what it can do decides. */
function withoutNames(profile: HostProfile): HostProfile {
  return {
    ...profile,
    cpu: { ...profile.cpu, model: null },
    gpus: profile.gpus.map((gpu) => ({ ...gpu, name: null, problem: null })),
  }
}

function factsOf({ worker }: SearchHit): string {
  const { publisher, license, downloads, pricing, deprecated } = worker
  const facts = [
    publisher.name,
    license,
    `${downloads} ${downloads === 1 ? 'download' : 'downloads'}`,
    pricing === null || pricing.model === 'free' ? null : 'for sale',
    deprecated ? 'deprecated' : null,
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}

function fitText({ fit }: SearchHit, yes: (text: string) => string, no: (text: string) => string): string {
  if (fit === null) return ''
  return fit.runs ? `  ${yes(`runs here (${fit.variant})`)}` : `\n  ${no(`does not run here: ${fit.reason}`)}`
}
