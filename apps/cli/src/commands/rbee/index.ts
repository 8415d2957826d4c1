import { completionSpec } from '../../program/completion/spec.ts'
import {
  type CommandSpec,
  HOME_OPTION,
  type OptionSpec,
  type ProgramSpec,
  REGISTRY_OPTION,
} from '../../program/define.ts'
import { HOST_PROFILE_OPTION, INFO, INSTALL, LIST } from '../rbee-hive/index.ts'

const filter = (name: string, value: string, description: string): OptionSpec => ({
  flags: `--${name} <${value}>`,
  description: `${description}; may be repeated`,
  repeatable: true,
})

const SEARCH: CommandSpec = {
  name: 'search',
  arguments: '[words...]',
  summary: 'find workers, and see which of them run on this machine',
  description: [
    'Finds workers by words, their beginnings, "phrases" in quotes and what means the same; without words, all. What this',
    'machine has goes to the registry with the question, without the names of its parts; --anywhere keeps it here.',
    '',
    'Examples:',
    '  rbee worker search speech to text --fits',
    '  rbee worker search llm --tag chat --platform linux --license apache',
    '  rbee worker search --sort recent --json',
  ].join('\n'),
  options: [
    filter('tag', 'tag', 'only workers with this tag; of several, with all'),
    filter('platform', 'os', 'only for linux, macos or windows'),
    filter('arch', 'arch', 'only for x86_64 or aarch64'),
    filter('license', 'license', 'only of a family such as gpl, or of one SPDX identifier'),
    filter('feature', 'feature', 'only with a backend or feature, such as cuda or streaming'),
    filter('format', 'format', 'only those that read a format of models, such as gguf'),
    filter('price', 'price', 'only free or paid'),
    filter('source', 'source', 'only official or community'),
    {
      flags: '--min-rating <number>',
      description: 'only with at least this rating; there are no ratings yet',
    },
    { flags: '--sort <order>', description: 'relevance, recent, downloads, rating or name' },
    { flags: '--fits', description: 'only what runs on this machine' },
    { flags: '--anywhere', description: 'do not tell the registry what this machine has' },
    { flags: '--limit <number>', description: 'how many to show', default: '20' },
    { flags: '--cursor <cursor>', description: 'go on behind the answer before' },
    HOST_PROFILE_OPTION,
    REGISTRY_OPTION,
    HOME_OPTION,
  ],
  load: () => import('./worker-search.ts'),
}

export const program: ProgramSpec = {
  name: 'rbee',
  summary: 'find, install and use AI inference workers',
  commands: [
    {
      name: 'worker',
      summary: 'find, install, list and look at workers',
      options: [],
      commands: [SEARCH, INSTALL, LIST, INFO],
    },
    completionSpec('rbee'),
  ],
}
