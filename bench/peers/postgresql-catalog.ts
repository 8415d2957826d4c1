import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import type { GeneratedWorker } from '../catalog/generated-worker.ts'

export type Connection = postgres.Sql

export function connectTo(port: number): Connection {
  return postgres({
    host: '127.0.0.1',
    port,
    user: 'bench',
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
}

/** Columns that are copied; the others are made of them. */
const TABLES = `
  CREATE EXTENSION pg_trgm;
  CREATE EXTENSION unaccent;
  CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
  ALTER TEXT SEARCH CONFIGURATION words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
  CREATE UNLOGGED TABLE copied (
    n integer, id text, name text, description text, readme text, tags text[], task text, license text, family text,
    platforms text[], arches text[], features text[], formats text[], price text, source text, publisher text,
    downloads integer, published_at bigint, deprecated boolean, built boolean, version text
  );
  CREATE TABLE versions (worker integer NOT NULL, version text NOT NULL, published_at bigint NOT NULL);
`

/**
 * The search column carries the weights of our own ranking: id and name, tags, description, README. What does not depend on
 * the query is worked out once.
 */
const WORKERS = `
  CREATE TABLE workers AS SELECT *,
    (0.02 * ln(1 + least(downloads, 10000000)) + CASE source WHEN 'official' THEN 0.1 ELSE 0 END
      + CASE WHEN built THEN 0.05 ELSE 0 END - CASE WHEN deprecated THEN 0.3 ELSE 0 END)::real AS quality,
    setweight(to_tsvector('words', id || ' ' || name), 'A')
      || setweight(to_tsvector('words', array_to_string(tags, ' ') || ' ' || task), 'B')
      || setweight(to_tsvector('words', description), 'C')
      || setweight(to_tsvector('words', readme), 'D') AS document
  FROM copied;
  DROP TABLE copied;
`

const INDEXES = `
  ALTER TABLE workers ADD PRIMARY KEY (n);
  CREATE INDEX workers_document ON workers USING gin (document) WITH (fastupdate = off);
  CREATE UNIQUE INDEX workers_id ON workers (id);
  CREATE INDEX workers_tags ON workers USING gin (tags);
  CREATE INDEX workers_formats ON workers USING gin (formats);
  CREATE INDEX workers_features ON workers USING gin (features);
  CREATE INDEX workers_downloads ON workers (downloads DESC, n DESC);
  CREATE INDEX workers_published_at ON workers (published_at DESC, n DESC);
  CREATE INDEX workers_name ON workers (name, n);
  CREATE INDEX workers_quality ON workers (quality DESC, n DESC);
  CREATE INDEX workers_family ON workers (family);
  ALTER TABLE versions ADD PRIMARY KEY (worker, version);
  CREATE TABLE lexemes AS SELECT word, ndoc FROM ts_stat('SELECT document FROM workers') WHERE ndoc > 1;
  CREATE INDEX lexemes_near ON lexemes USING gist (word gist_trgm_ops (siglen = 32));
  CREATE INDEX lexemes_word ON lexemes (word);
  VACUUM ANALYZE;
`

/** Copies the workers, and makes table and indexes. @returns seconds of both steps. */
export async function fillPostgres(
  sql: Connection,
  workers: () => Iterable<GeneratedWorker>,
): Promise<{ copied: number; indexed: number }> {
  const started = performance.now()
  await sql.unsafe(TABLES)
  await copy(sql`COPY copied FROM STDIN`, lines(workers(), workerLine))
  await copy(sql`COPY versions FROM STDIN`, lines(workers(), versionLines))
  const copied = performance.now()
  await sql.unsafe(WORKERS)
  // Each for itself: VACUUM is refused in a transaction, which several statements together are.
  for (const statement of INDEXES.split(';').filter((text) => text.trim() !== '')) await sql.unsafe(statement)
  return { copied: (copied - started) / 1000, indexed: (performance.now() - copied) / 1000 }
}

async function copy(query: postgres.PendingQuery<postgres.Row[]>, text: Iterable<string>): Promise<void> {
  const writable = await query.writable()
  await pipeline(Readable.from(text), writable)
}

/** Some hundred lines at a time. */
function* lines(
  workers: Iterable<GeneratedWorker>,
  lineOf: (worker: GeneratedWorker, n: number) => string,
): Generator<string> {
  let text = ''
  let n = 0
  for (const worker of workers) {
    text += lineOf(worker, n)
    n += 1
    if (text.length > 2 ** 18) {
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

function workerLine(worker: GeneratedWorker, n: number): string {
  const platforms = Object.entries(worker.platforms)
  const [newest] = worker.versions
  return line([
    n,
    worker.id,
    worker.name,
    worker.description,
    worker.readme,
    array(worker.tags),
    worker.tasks.join(' '),
    worker.license,
    familyOf(worker.license),
    array(platforms.map(([system]) => system)),
    array([...new Set(platforms.flatMap(([, arches]) => arches))]),
    array([...worker.variants, ...(worker.streaming ? ['streaming'] : [])]),
    array(worker.formats),
    worker.price === null ? 'free' : 'paid',
    worker.source,
    `publisher-${worker.publisher}`,
    worker.downloads,
    newest?.publishedAt ?? 0,
    worker.deprecated,
    worker.built,
    newest?.version ?? '',
  ])
}

function versionLines({ versions }: GeneratedWorker, n: number): string {
  return versions.map(({ version, publishedAt }) => line([n, version, publishedAt])).join('')
}

function line(values: readonly (string | number | boolean)[]): string {
  return `${values.map(escaped).join('\t')}\n`
}

function escaped(value: string | number | boolean): string {
  return String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function array(values: readonly string[]): string {
  return `{${values.map((value) => `"${value}"`).join(',')}}`
}

/** The first word of an SPDX identifier is its family, near enough for the few of the generated catalog. */
function familyOf(license: string): string {
  if (license.startsWith('LicenseRef')) return 'other'
  return (/^[A-Za-z]+/.exec(license)?.[0] ?? 'other').toLowerCase()
}
