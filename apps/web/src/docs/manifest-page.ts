import { html } from 'hono/html'
import type { SiteRoute } from '../route.ts'
import { docsAnswer } from './docs-layout.ts'
import { schemaFields } from './schema-fields.ts'

/** The fields of a worker's manifest. */
export const manifestPage: SiteRoute = {
  changesWith: 'program',
  answer({ site }) {
    const { schemas } = site.openApi.components
    const manifest = schemas.Manifest
    if (manifest === undefined) throw new Error('The OpenAPI document has no schema named Manifest')
    return docsAnswer({
      title: 'Manifest',
      description: 'The fields of worker.toml, the file that describes a worker.',
      path: '/docs/manifest',
      sections: [
        { id: 'example', title: 'Example' },
        { id: 'fields', title: 'Fields' },
      ],
      content: html`<p>A worker is described by the file <code>worker.toml</code> in its folder. These are its fields after reading, as JSON; the machine-readable form is <a href="/v1/schemas/manifest.json">manifest.json</a> (JSON Schema).</p>
<p>In <code>worker.toml</code> the fields that say what the worker is stand in the table <code>[worker]</code>, the others in tables of their own name.</p>
<h2 id="example">Example</h2>
<div class="code"><pre tabindex="0" data-copy="Copy this manifest"><code>${EXAMPLE}</code></pre></div>
<h2 id="fields">Fields</h2>
${schemaFields(manifest, schemas)}`,
    })
  },
}

const EXAMPLE = `[worker]
id = "echo-worker"
name = "Echo worker"
description = "Says what it is told"
license = "Apache-2.0"

[build]
features = ["cpu", "cuda"]
default_feature = "cpu"

[capabilities]
supported_formats = ["gguf"]
supports_streaming = true

[platforms]
linux = ["x86_64", "aarch64"]

[requirements.cuda]
cuda_version = ">=12.0"
vram = "6 GiB"

[run]
command = ["bin/echo-worker"]
port_flag = "--port"`
