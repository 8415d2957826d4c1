/** Pages with every kind of content, beginning with those that people see most. */
export const PAGES = [
  '/',
  '/search',
  '/search?q=speach+to+text',
  '/search?q=worker&platform=linux&price=free',
  '/search?q=nothing-has-this&platform=linux',
  '/tags',
  '/tag/llm',
  '/tag/nothing-has-this',
  '/publisher/official',
  '/worker/llm-worker',
  '/worker/sdxl-pro-worker',
  '/worker/tts-worker',
  '/worker/old-worker',
  '/worker/bare-worker',
  '/worker/rtl-worker',
  '/worker/whisper-worker',
  '/worker/llm-worker/versions',
  '/worker/llm-worker/0.1.0',
  '/worker/llm-worker/0.2.0',
  '/worker/llm-worker/diff/0.1.0...0.2.0',
  '/worker/llm-worker/0.2.0/files/linux-x86_64/cpu',
  '/worker/llm-worker/changelog',
  '/worker/bare-worker/changelog',
  '/worker/llm-worker/dependents',
  '/worker/llm-worker/security',
  '/worker/bare-worker/security',
  '/compare',
  '/compare?w=llm-worker',
  '/compare?w=llm-worker&w=vision-worker',
  '/machine',
  '/docs',
  '/docs/hive',
  '/docs/manifest',
  '/docs/api',
  '/docs/errors',
  '/trust',
  '/status',
  '/nothing-here',
] as const

/** Of workers whose texts are as long as they may be. */
export const LONG_PAGES = [
  '/worker/long-worker',
  `/worker/${'w'.repeat(64)}`,
  `/worker/${'w'.repeat(64)}/security`,
  `/compare?w=llm-worker&w=${'w'.repeat(64)}&w=long-worker&w=rtl-worker`,
] as const

/** In a registry without workers. */
export const PAGES_WITHOUT_WORKERS = ['/', '/search', '/tags', '/compare', '/trust', '/status'] as const

/** Pages that say something of the visitor's machine. */
export const PAGES_WITH_A_MACHINE = [
  '/',
  '/search',
  '/worker/llm-worker',
  '/worker/sdxl-pro-worker',
  '/worker/rtl-worker',
  '/compare?w=llm-worker&w=vision-worker',
  '/machine',
] as const

/** Where the narrowest and the widest screens show what goes wrong there. */
export const EDGES = {
  widths: [320, 2560],
  pages: [
    '/',
    '/search',
    '/worker/llm-worker',
    `/worker/${'w'.repeat(64)}`,
    '/worker/llm-worker/security',
    '/worker/llm-worker/diff/0.1.0...0.2.0',
    `/compare?w=llm-worker&w=${'w'.repeat(64)}&w=long-worker&w=rtl-worker`,
    '/machine',
    '/docs/hive',
    '/docs/api',
    '/nothing-here',
  ],
} as const

/** On paper. */
export const PRINTED = ['/worker/llm-worker', '/docs/hive'] as const
