// Made by "pnpm generate" out of apps/catalog/openapi.generated.json.

export interface paths {
    "/install.sh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The script that installs the command line programs
         * @description For a POSIX shell: `curl -fsSL …/install.sh | sh`. It checks what it downloads against SHA-256. Where no programs are offered, 404 with a script that says so.
         */
        get: operations["getInstallScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which builds of the command line programs can be installed from here
         * @description What `/install.sh` chooses from.
         */
        get: operations["getPrograms"];
        /**
         * Offer builds of the command line programs for installation
         * @description Names archives that were uploaded before (tar.gz with `bin/rbee-hive`), in the place of all that were offered before.
         */
        put: operations["putPrograms"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server runs */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server takes requests: database and stores answer, metadata is signed in time, and it is not about to end */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The server's figures for Prometheus
         * @description Requests by route and status, durations, bytes, connections, catalogs, memory and event loop. The operator decides whether everybody may read them, or who has an operator token, or nobody.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all variants */
        get: operations["legacyListWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe one variant */
        get: operations["legacyGetWorker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers/{id}/clone-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the Git repository of a worker's sources
         * @description The catalog that describes the worker, else the repository that its manifest names.
         */
        get: operations["legacyGetCloneUrl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers/{id}/PKGBUILD": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a worker's PKGBUILD
         * @description The PKGBUILD of its folder byte for byte, else its PKGBUILD.bin, else a generated one: of the source, as clients of earlier catalogs can read it, else of the binaries.
         */
        get: operations["legacyGetPkgbuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers/{id}/PKGBUILD/{platform}/{build}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the file by which a package manager builds or installs a worker
         * @description The PKGBUILD or formula that is answered at `/v1` for the same build.
         */
        get: operations["getPlatformBuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pkgbuilds/arch/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a PKGBUILD by the name of its package
         * @description `ID-bin.PKGBUILD` is generated of the binaries. `ID-git.PKGBUILD` is the one of the folder if it builds from source, else one that clients of earlier catalogs can read.
         */
        get: operations["legacyGetNamedPkgbuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pkgbuilds/homebrew/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a formula by its name
         * @description `ID-bin.rb` is generated of the binaries, `ID-git.rb` of the source; their classes are named alike.
         */
        get: operations["legacyGetNamedFormula"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find workers
         * @description Words, beginnings of words, "phrases", typing errors and synonyms of the field; how hits are ordered is in docs/search.md. Filters that stand several times take any of their values, `tag` all. Follow `next_cursor` until it is null: all pages show the catalog as it was at the first.
         */
        get: operations["searchWorkers"];
        put?: never;
        /**
         * Find workers that run on a machine
         * @description The same with a host profile, which is not kept: each hit says whether it runs there and why. `fits: "only"` leaves out what does not.
         */
        post: operations["searchWorkersForHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Suggest workers, tags and publishers
         * @description Whose names begin with what was typed.
         */
        get: operations["suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all tags
         * @description By the number of workers that have them, then by name.
         */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/publishers/{publisher}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a publisher and its workers */
        get: operations["getPublisher"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all workers
         * @description Sorted by id; with words, filters or an order, the workers that a search finds, with highlights and facets. Follow `next_cursor` until it is null.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe a worker and its latest release */
        get: operations["getWorker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the releases of a worker
         * @description Newest first. `latest` is the version that is installed when none is asked for.
         */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/readme": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a worker's README */
        get: operations["getReadme"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/changelog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a worker's changelog */
        get: operations["getChangelog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/dependents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workers that need a worker
         * @description Those that name it, one of its variants or an alias among their dependencies: in the manifest of their latest release, or in the .SRCINFO of their catalog.
         */
        get: operations["listDependents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what the static checker finds in a worker's texts
         * @description PKGBUILDs, README and changelog as the catalog holds them, judged when it was read and without running anything. Each rule has a page at `/docs/checks/RULE`.
         */
        get: operations["getChecks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/pkgbuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a worker's PKGBUILD
         * @description Without `build`: the PKGBUILD of its folder byte for byte, else its PKGBUILD.bin, else a generated one, of the binaries where there are any for Linux, else of the source. `build=dev`: the one of its folder if it builds from source, else a generated one that does. `build=prod`: always one generated of the registry’s binaries. A worker’s `pkgbuild_url` is null where the answer without parameters is 404.
         */
        get: operations["getPkgbuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/srcinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the .SRCINFO of a worker's PKGBUILD
         * @description Of the PKGBUILD that is answered for the same parameters: what `makepkg --printsrcinfo` would print of it.
         */
        get: operations["getSrcinfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/formula": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a worker's Homebrew formula
         * @description Generated: of the registry’s binaries, for which there must be one for macOS, or with `build=dev` of the source.
         */
        get: operations["getFormula"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/clone-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the Git repository of a worker's sources
         * @description The catalog that describes the worker, else the repository that its manifest names.
         */
        get: operations["getCloneUrl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count the downloads of a worker
         * @description All variants together, at the address of each. A client counts once a day for each artifact; robots, publishers with their token, later ranges and repeated requests do not count. No address is stored. Figures are some seconds old at their source, and may be kept for five minutes.
         */
        get: operations["getWorkerStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the transparency log tells of a worker
         * @description Every entry about the worker and its releases, with its place in the log. Entries behind the end of the signed tree head are signed with the next one.
         */
        get: operations["getWorkerLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys with which a worker is signed, and how they changed
         * @description The history is a chain: each change is signed with a key that was valid before it. Of a worker with keys this document is signed like its others; a worker without has empty lists.
         */
        get: operations["getWorkerKeys"];
        put?: never;
        /**
         * Bind the first key of a worker, add one or revoke one
         * @description From the first key on the worker takes signed releases only. Needs a token of its publisher and the signature of a key that is valid; the first key signs for itself. The same again changes nothing.
         */
        post: operations["changeWorkerKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/keys/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take all keys of a worker away, for a publisher who lost theirs
         * @description With `key` that one is the only one from then on; without, the publisher may bind another. Every machine that installed the worker refuses its next release until somebody there agrees.
         */
        post: operations["resetWorkerKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who withdrew, blocked or deprecated what, when and why
         * @description The last thousand events of a worker and its releases, for its publisher and operators.
         */
        get: operations["listWorkerEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/deprecate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that a worker should not be used any more
         * @description And which one should be instead. Nothing of it is withdrawn. For its publisher and operators; the same again changes nothing.
         */
        post: operations["deprecateWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/undeprecate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back that a worker should not be used any more
         * @description What its manifest says of it stays. For its publisher and operators.
         */
        post: operations["undeprecateWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/orphan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that nobody looks after a worker any more
         * @description Others may then ask to adopt it. Nothing of it is withdrawn; publishing it again, or `orphaned: false`, takes it back.
         */
        post: operations["orphanWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of owner of a worker
         * @description Those that concern the token: its owner sees all of them, others what they asked for.
         */
        get: operations["listWorkerTransfers"];
        put?: never;
        /**
         * Ask staff to give a worker to another owner
         * @description Its owner gives it away (`transfer`), or somebody wants to go on with an orphaned one (`adoption`). Nothing changes before staff approved it and a waiting time has passed, in which the former owner can object. Releases, names and bound publisher keys stay with the worker.
         */
        post: operations["askTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/trusted-publishers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The workflows that may publish a worker
         * @description For its publisher and operators.
         */
        get: operations["listTrustedPublishers"];
        put?: never;
        /**
         * Let the runs of a workflow publish a worker
         * @description For its publisher and operators. An operator may name a worker that does not exist yet: its id is taken from then on, and the workflow publishes it first. Stands in the transparency log.
         */
        post: operations["addTrustedPublisher"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/trusted-publishers/{publisher_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let the runs of a workflow publish a worker no more
         * @description For its publisher and operators. Tokens that its runs were given end at once. Stands in the transparency log.
         */
        delete: operations["removeTrustedPublisher"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/tokens-refused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let trusted publishers alone publish a worker
         * @description Its publisher or an operator turns it on; from then on only an operator turns it off or adds a trusted publisher, because a stolen token could do it as well. Stands in the transparency log.
         */
        put: operations["refuseTokens"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe a release
         * @description All that is needed to choose an artifact for a machine and to check its bytes.
         */
        get: operations["getRelease"];
        /**
         * Publish a release
         * @description Names archives that were uploaded before. The release appears complete, in one step, and never changes: the same request again answers 200, another release under the same version is a conflict.
         */
        put: operations["publishRelease"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the transparency log tells of a release
         * @description The entries about this release, with their places in the log: enough to prove that a release is logged, and with which bytes.
         */
        get: operations["getReleaseLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/rebuilds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who built a release once more, and what came of it
         * @description Newest first, with what each of them signed. `standing` says which count in the document of the release. Follow `next_cursor` until it is null.
         */
        get: operations["listRebuilds"];
        put?: never;
        /**
         * Attest what came of building a release once more
         * @description One envelope about one artifact, signed by a key of the rebuilder, which nobody has to know before. For every token that was made by hand, also one that is limited to another worker. Agreement and disagreement are taken alike; a later attestation of a key takes the place of the one before. The token of the publisher may attest, and does not count.
         */
        post: operations["attestRebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/provenance/{platform}/{variant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what the publisher signed about an artifact
         * @description A DSSE envelope with an in-toto statement and SLSA provenance; its digest stands in the document of the release.
         */
        get: operations["getProvenance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/files/{platform}/{variant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the files of an artifact
         * @description What the archives of one build unpack to, with size and SHA-256 of each file; recorded when the archive is stored. The list of an archive with very many files ends before 8 MiB.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/patches/{platform}/{variant}/{from}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a patch of an artifact
         * @description What turns the archive of an earlier release, named by its digest, into that of this artifact. It is no part of the release, and may come at any time after it; clients check the digest of what they make with it. The address of its bytes then stands in the document of the release.
         */
        put: operations["putPatch"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the archive for a platform
         * @description Answers where the archive is and what its bytes must be. With `Accept: application/octet-stream` it redirects to the bytes. What is sold takes a licence in `Authorization: Bearer`; the address that is answered then is good for an hour, and may be one of the object store: no licence is sent there.
         */
        get: operations["getDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/yank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw a release
         * @description It is not chosen any more, and whoever names its version still gets it. For its publisher and operators. The same again changes nothing.
         */
        post: operations["yankRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/unyank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back that a release was withdrawn
         * @description For its publisher and operators. The same again changes nothing.
         */
        post: operations["unyankRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Block a release that may not run anywhere
         * @description Its archives are not handed out any more, it is no package of any package manager, and it stands on the list at `/v1/revocations`, by which machines refuse to start it. The same again changes nothing.
         */
        post: operations["quarantineRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back that a release was blocked
         * @description The same again changes nothing.
         */
        post: operations["releaseFromQuarantine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers/{id}/{version}/security-fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that a release cures a security problem
         * @description Machines that prefer releases of some age take it at once. `confirmed: false` takes the confirmation back.
         */
        post: operations["confirmSecurityFix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was asked for: changes of owner
         * @description With what a reviewer should know of each, and whether mails were handed over.
         */
        get: operations["listTransfers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transfer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A change of owner that was asked for
         * @description For the former and the new owner, who asked for it, and operators.
         */
        get: operations["getTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transfer_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agree to a change of owner
         * @description It takes effect by itself when the waiting time has passed, which runs from the moment when mail to the former owner was handed over, or from now on where there is no address. The same again changes nothing.
         */
        post: operations["approveTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transfer_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a change of owner */
        post: operations["refuseTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transfer_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a change of owner before it takes effect
         * @description For the former and the new owner, who asked for it, and operators.
         */
        post: operations["cancelTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transfer_id}/object": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a change of owner with the code out of the mail
         * @description For a former owner whose tokens are not valid any more. Needs no token.
         */
        post: operations["objectToTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rebuilders/strikes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop counting a rebuilder, or count it again
         * @description By the id of its key or by its account. What it attested stays to be read, and the public log tells of the decision. The same again changes nothing.
         */
        post: operations["strikeRebuilder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which releases may not run anywhere
         * @description Every machine keeps a copy and refuses to start what stands on it. A list says for how long it is good, is issued anew before that, and never has a lower `sequence` than one before.
         */
        get: operations["getRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blobs/sha256/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the bytes of an archive
         * @description Never changes. Answers single byte ranges; several at once get the whole archive. What is sold needs an address that `download` answered, or a licence in `Authorization`.
         */
        get: operations["getBlob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a screenshot
         * @description A picture of a worker as its catalog holds it. Never changes.
         */
        get: operations["getImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tuf/root": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Publish a root, and what its keys signed
         * @description For a server that has no folder of keys: its online key is a secret, and the offline keys stay with their holders. The roots must continue those that are served. Everything else is signed anew where the online key changed.
         */
        put: operations["publishRoot"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tuf/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of signed metadata
         * @description A repository of The Update Framework 1.0 with consistent snapshots; all files but `timestamp.json` never change. Bins are handed out by the first nine bits of the SHA-256 of a path (TAP 15).
         */
        get: operations["getSignedMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tuf/targets/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a file that is signed beside the workers: `revocations.json` or `log.json` */
        get: operations["getSignedDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tuf/targets/workers/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what is signed of a worker: its addresses and its documents' digests */
        get: operations["getSignedWorker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the signed tree head of the transparency log
         * @description A checkpoint (C2SP tlog-checkpoint): name, size and root of the log, signed with Ed25519. Its tiles lie below `/v1/log/tile/` and its entries below `/v1/log/tile/entries/` (C2SP tlog-tiles).
         */
        get: operations["getLogCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/log/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the key that the transparency log is signed with
         * @description NAME+ID+BASE64 (C2SP signed-note). Whoever already has the key compares it: a registry that lies can show any.
         */
        get: operations["getLogKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count the workers and downloads of the catalog
         * @description Downloads are counted as those of one worker are, and the workers with the most are named.
         */
        get: operations["getStatisticsOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to upload an archive
         * @description Answers the parts to send. An interrupted upload of the same bytes is taken up again; bytes that are stored already need no parts (`upload_id` is null).
         */
        post: operations["openUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See which parts of an upload arrived */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /** Give an upload up */
        delete: operations["abandonUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/parts/{part}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send one part of an archive
         * @description Parts may come in any order, at the same time and more than once; the last one counts. Every part but the last has exactly `part_size` bytes.
         */
        put: operations["writePart"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish an upload
         * @description Puts the parts together and checks size, SHA-256, the digest of the tar inside and the rules for archives. Only then the archive is stored.
         */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the catalogs brought
         * @description Which folders were accepted, and which were refused with code, place and reason. A catalog without a public address is named by the last part of its path, and for operators by the whole.
         */
        get: operations["catalogStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the server's catalogs again
         * @description Answers when it is done. Calls that arrive during a sync share the next one. A catalog that cannot be read is named in `failed`, and what it brought before is served on.
         */
        post: operations["syncCatalogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/images/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send a picture of a catalog
         * @description A PNG, JPEG or WebP that entries name among their `screenshots`, before those entries. What it is, its bytes say; nothing is decoded.
         */
        put: operations["putImage"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sync a catalog
         * @description Says what the catalog holds; the answer names the entries that have to be sent.
         */
        post: operations["beginSync"];
        /**
         * Drop a catalog
         * @description Takes its descriptions away, so that another catalog may describe the workers. Names stay with their workers, and published releases are served on. Repeat the call until `remaining` is 0.
         */
        delete: operations["dropCatalog"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/syncs/{sync_id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send entries of a catalog
         * @description At most 50 at once. Each is checked by itself: a bad one is refused, the others are taken.
         */
        put: operations["addSyncEntries"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/syncs/{sync_id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish a sync
         * @description Brings what was found in folders that could not be read, and removes what the catalog dropped. Repeat the call until `remaining` is 0.
         */
        post: operations["finishSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the licences that were issued
         * @description Newest first, without their tokens. Follow `next_cursor` until it is null.
         */
        get: operations["listLicenses"];
        put?: never;
        /**
         * Issue a licence of premium workers
         * @description The answer is the only place where its token ever stands.
         */
        post: operations["issueLicense"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a licence
         * @description What the licence allows now. The token is neither repeated nor remembered, and of one that this server did not issue nothing is told but `reason`.
         */
        post: operations["verifyLicense"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a seat of a licence for a machine
         * @description A machine that has a seat gets a new lease of it, and takes no second one. The fingerprint is made by the machine, of its own id and that of the licence.
         */
        post: operations["activateSeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new lease of a seat
         * @description To be asked as often as `heartbeat_seconds` says, while a worker runs. A floating seat that was lost is taken again where one is free.
         */
        post: operations["renewSeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the seat of a machine back
         * @description Nothing is changed for a machine that has none. Leases that it holds end by themselves.
         */
        post: operations["releaseSeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the key that licences are signed with
         * @description Ed25519, in base64url. With it a licence is checked without the server; whether it was revoked only the server knows.
         */
        get: operations["getLicenseKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/{license_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a licence, without its token */
        get: operations["getLicense"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/{license_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a licence at once, for good
         * @description Addresses that were signed for it before stay open until they end by themselves, within the hour.
         */
        post: operations["revokeLicense"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/{license_id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a licence last so long from now on
         * @description Answers a new token. With the old one this server hands out workers as well; where it is checked without the server, it ends when it was to end.
         */
        post: operations["extendLicense"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/{license_id}/seats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the machines that use a licence
         * @description By fingerprint. Follow `next_cursor` until it is null.
         */
        get: operations["listSeats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/licenses/{license_id}/seats/{fingerprint}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take the seat of a machine away
         * @description It is free at once. The machine learns of it when it asks for its next lease; one that does not ask may go on until its lease and the grace behind it have ended.
         */
        delete: operations["takeSeatAway"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a delivery of a GitHub webhook
         * @description A `push` to the repository and branch of a catalog schedules a sync; the answer does not wait for it. The body is JSON, or a form with the JSON in `payload`, signed in `X-Hub-Signature-256`. A delivery may arrive more than once.
         */
        post: operations["githubWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oidc/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the identity token of a workflow run for a token that publishes
         * @description For runs of workflows that a worker trusts (OpenID Connect). The audience of the identity token has to be the public address of this server. It is accepted once; the token that is answered publishes one worker for 15 minutes.
         */
        post: operations["exchangeIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a token
         * @description The answer is the only place where its text ever stands.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the token of the call may do
         * @description Tries a token without changing anything.
         */
        get: operations["currentToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/current/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the holder of the token of the call is told of transfers */
        get: operations["getContact"];
        /**
         * Change where the holder of the token of the call is told of transfers
         * @description The address is never shown. The one before is told of the change, and for thirty days of everything else as well.
         */
        put: operations["putContact"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a token
         * @description Operators may end any token, everybody their own.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Artifact: {
            platform: string;
            variant: string;
            digest: string;
            unpacked_size: number;
            archives: {
                /** @enum {string} */
                format: "tar.zst" | "tar.gz";
                sha256: string;
                size: number;
            }[];
            provenance?: components["schemas"]["Envelope"] | null;
        };
        Capabilities: {
            /**
             * @description Model file formats, for example gguf
             * @default []
             */
            supported_formats: string[];
            /** @description In tokens */
            max_context_length?: number;
            /**
             * @description Sends answers piece by piece
             * @default false
             */
            supports_streaming: boolean;
            /**
             * @description Works on several requests at once
             * @default false
             */
            supports_batching: boolean;
            /**
             * @description What it does, for example text-generation or ocr
             * @default []
             */
            tasks: string[];
        };
        CatalogDropped: {
            catalog: string;
            removed: number;
            remaining: number;
        };
        CatalogEntry: {
            manifest: components["schemas"]["Manifest"];
            version: string;
            /** @enum {string} */
            source: "official" | "community";
            /** @enum {string} */
            layout: "monorepo" | "folder" | "branch";
            git: {
                url: string | null;
                commit: string | null;
                branch: string | null;
                path: string;
            };
            pkgbuild: string | null;
            pkgbuild_bin: string | null;
            /** @default null */
            srcinfo: string | null;
            readme: string | null;
            changelog: string | null;
            /** @default [] */
            binary_sources: {
                platform: string;
                variant: string;
                url: string;
                sha256: string | null;
            }[];
            /** @default [] */
            earlier: {
                version: string;
                manifest: components["schemas"]["Manifest"];
                commit: string;
                committed_at: number;
                /** @default [] */
                binary_sources: {
                    platform: string;
                    variant: string;
                    url: string;
                    sha256: string | null;
                }[];
            }[];
            /** @default [] */
            screenshots: {
                /** @enum {string} */
                media_type: "image/png" | "image/jpeg" | "image/webp";
                width: number;
                height: number;
                path: string;
                sha256: string;
            }[];
            /** @default null */
            checks: {
                checker: string;
                findings: {
                    rule: string;
                    /** @enum {string} */
                    severity: "error" | "warning";
                    file: string;
                    line: number;
                    reason: string;
                    cure: string;
                }[];
            } | null;
        };
        CatalogState: {
            catalog: string;
            commit: string | null;
            compiler?: string;
            synced_at: string | null;
            failed_at?: string | null;
            failure?: {
                /** @enum {string} */
                code: "bad_request" | "invalid_id" | "invalid_version" | "invalid_platform" | "invalid_format" | "invalid_variant" | "invalid_digest" | "invalid_cursor" | "invalid_query" | "invalid_filter" | "invalid_sort" | "invalid_limit" | "invalid_json" | "invalid_body" | "unsupported_media_type" | "body_too_large" | "headers_too_large" | "request_timeout" | "length_required" | "range_not_satisfiable" | "precondition_failed" | "method_not_allowed" | "not_found" | "worker_not_found" | "release_not_found" | "blob_not_found" | "no_pkgbuild" | "no_srcinfo" | "no_repository" | "no_readme" | "no_changelog" | "image_not_found" | "no_checks" | "no_binary" | "no_file_list" | "no_artifact" | "not_buildable" | "no_formula" | "token_missing" | "token_invalid" | "token_expired" | "forbidden" | "signature_missing" | "signature_invalid" | "oidc_unavailable" | "oidc_token_invalid" | "oidc_issuer_unknown" | "oidc_signature_invalid" | "oidc_audience_mismatch" | "oidc_token_expired" | "oidc_token_early" | "oidc_token_used" | "oidc_event_refused" | "oidc_claim_mismatch" | "oidc_no_publisher" | "oidc_provider_unreachable" | "oidc_provider_invalid" | "oidc_permission_missing" | "tokens_refused" | "publisher_not_found" | "upload_not_found" | "upload_expired" | "upload_incomplete" | "part_invalid" | "size_mismatch" | "digest_mismatch" | "patch_invalid" | "archive_invalid" | "archive_too_large" | "artifact_not_stored" | "version_conflict" | "name_taken" | "name_reserved" | "name_too_similar" | "downgrade" | "provenance_required" | "provenance_not_found" | "publisher_key_invalid" | "key_change_refused" | "key_change_conflict" | "image_not_stored" | "sync_not_found" | "transfer_not_found" | "transfer_open" | "transfer_closed" | "transfer_impossible" | "worker_not_orphaned" | "objection_invalid" | "manifest_missing" | "manifest_syntax" | "manifest_invalid" | "manifest_conflict" | "manifest_unknown_field" | "license_invalid" | "version_missing" | "version_mismatch" | "pkgbuild_invalid" | "pkgbuild_missing" | "file_not_utf8" | "file_too_large" | "file_is_link" | "image_invalid" | "duplicate_id" | "branch_missing" | "branch_unlisted" | "uncommitted_changes" | "catalog_unreadable" | "catalog_unreachable" | "catalog_limit" | "catalog_empty" | "catalog_not_found" | "sync_elsewhere" | "usage" | "setting_invalid" | "nothing_fits" | "not_installed" | "not_running" | "still_running" | "start_failed" | "self_test_failed" | "system_dependency_missing" | "registry_unreachable" | "registry_invalid" | "source_unreachable" | "disk_full" | "busy" | "interrupted" | "build_failed" | "source_commit_missing" | "rebuild_invalid" | "rebuild_limit" | "rebuild_differs" | "build_declined" | "port_in_use" | "file_not_found" | "file_unreadable" | "file_exists" | "package_file_invalid" | "tool_failed" | "registry_unsigned" | "registry_untrusted" | "metadata_invalid" | "metadata_signature" | "metadata_threshold" | "metadata_rollback" | "metadata_expired" | "metadata_too_large" | "metadata_mixed" | "metadata_withheld" | "keys_missing" | "document_altered" | "document_foreign" | "lock_missing" | "lock_mismatch" | "index_damaged" | "state_damaged" | "bundle_invalid" | "bundle_expired" | "bundle_incomplete" | "quarantined" | "revocations_invalid" | "revocations_expired" | "no_previous_build" | "boot_unavailable" | "worker_failed" | "envelope_invalid" | "provenance_missing" | "provenance_invalid" | "provenance_wrong_subject" | "provenance_key_unknown" | "provenance_key_revoked" | "provenance_lost" | "key_history_invalid" | "publisher_key_changed" | "publisher_key_missing" | "publisher_key_exposed" | "log_unavailable" | "log_invalid" | "log_signature_invalid" | "log_not_included" | "log_entry_altered" | "log_entry_missing" | "log_entries_reordered" | "log_tree_invalid" | "log_shrunk" | "log_forked" | "log_split_view" | "log_release_unlogged" | "log_release_missing" | "log_release_altered" | "license_required" | "license_refused" | "license_unavailable" | "license_not_found" | "seats_exhausted" | "seat_not_found" | "rate_limited" | "storage_failed" | "keys_elsewhere" | "signing_failed" | "metadata_not_found" | "not_ready" | "metrics_unavailable" | "webhook_not_configured" | "no_programs" | "internal";
                message: string;
                /** @default null */
                next: string | null;
            } | null;
            accepted: {
                id: string;
                version: string;
                path: string;
            }[];
            refused: components["schemas"]["Finding"][];
            warnings: components["schemas"]["Finding"][];
        };
        CatalogStatus: {
            catalogs: components["schemas"]["CatalogState"][];
        };
        CatalogSyncInput: {
            catalog?: string;
            /** @default false */
            force: boolean;
        };
        CatalogSyncReport: {
            /** @enum {string} */
            status: "done" | "running";
            changed: boolean;
            catalogs: components["schemas"]["CatalogState"][];
            failed: {
                catalog: string;
                /** @enum {string} */
                code: "bad_request" | "invalid_id" | "invalid_version" | "invalid_platform" | "invalid_format" | "invalid_variant" | "invalid_digest" | "invalid_cursor" | "invalid_query" | "invalid_filter" | "invalid_sort" | "invalid_limit" | "invalid_json" | "invalid_body" | "unsupported_media_type" | "body_too_large" | "headers_too_large" | "request_timeout" | "length_required" | "range_not_satisfiable" | "precondition_failed" | "method_not_allowed" | "not_found" | "worker_not_found" | "release_not_found" | "blob_not_found" | "no_pkgbuild" | "no_srcinfo" | "no_repository" | "no_readme" | "no_changelog" | "image_not_found" | "no_checks" | "no_binary" | "no_file_list" | "no_artifact" | "not_buildable" | "no_formula" | "token_missing" | "token_invalid" | "token_expired" | "forbidden" | "signature_missing" | "signature_invalid" | "oidc_unavailable" | "oidc_token_invalid" | "oidc_issuer_unknown" | "oidc_signature_invalid" | "oidc_audience_mismatch" | "oidc_token_expired" | "oidc_token_early" | "oidc_token_used" | "oidc_event_refused" | "oidc_claim_mismatch" | "oidc_no_publisher" | "oidc_provider_unreachable" | "oidc_provider_invalid" | "oidc_permission_missing" | "tokens_refused" | "publisher_not_found" | "upload_not_found" | "upload_expired" | "upload_incomplete" | "part_invalid" | "size_mismatch" | "digest_mismatch" | "patch_invalid" | "archive_invalid" | "archive_too_large" | "artifact_not_stored" | "version_conflict" | "name_taken" | "name_reserved" | "name_too_similar" | "downgrade" | "provenance_required" | "provenance_not_found" | "publisher_key_invalid" | "key_change_refused" | "key_change_conflict" | "image_not_stored" | "sync_not_found" | "transfer_not_found" | "transfer_open" | "transfer_closed" | "transfer_impossible" | "worker_not_orphaned" | "objection_invalid" | "manifest_missing" | "manifest_syntax" | "manifest_invalid" | "manifest_conflict" | "manifest_unknown_field" | "license_invalid" | "version_missing" | "version_mismatch" | "pkgbuild_invalid" | "pkgbuild_missing" | "file_not_utf8" | "file_too_large" | "file_is_link" | "image_invalid" | "duplicate_id" | "branch_missing" | "branch_unlisted" | "uncommitted_changes" | "catalog_unreadable" | "catalog_unreachable" | "catalog_limit" | "catalog_empty" | "catalog_not_found" | "sync_elsewhere" | "usage" | "setting_invalid" | "nothing_fits" | "not_installed" | "not_running" | "still_running" | "start_failed" | "self_test_failed" | "system_dependency_missing" | "registry_unreachable" | "registry_invalid" | "source_unreachable" | "disk_full" | "busy" | "interrupted" | "build_failed" | "source_commit_missing" | "rebuild_invalid" | "rebuild_limit" | "rebuild_differs" | "build_declined" | "port_in_use" | "file_not_found" | "file_unreadable" | "file_exists" | "package_file_invalid" | "tool_failed" | "registry_unsigned" | "registry_untrusted" | "metadata_invalid" | "metadata_signature" | "metadata_threshold" | "metadata_rollback" | "metadata_expired" | "metadata_too_large" | "metadata_mixed" | "metadata_withheld" | "keys_missing" | "document_altered" | "document_foreign" | "lock_missing" | "lock_mismatch" | "index_damaged" | "state_damaged" | "bundle_invalid" | "bundle_expired" | "bundle_incomplete" | "quarantined" | "revocations_invalid" | "revocations_expired" | "no_previous_build" | "boot_unavailable" | "worker_failed" | "envelope_invalid" | "provenance_missing" | "provenance_invalid" | "provenance_wrong_subject" | "provenance_key_unknown" | "provenance_key_revoked" | "provenance_lost" | "key_history_invalid" | "publisher_key_changed" | "publisher_key_missing" | "publisher_key_exposed" | "log_unavailable" | "log_invalid" | "log_signature_invalid" | "log_not_included" | "log_entry_altered" | "log_entry_missing" | "log_entries_reordered" | "log_tree_invalid" | "log_shrunk" | "log_forked" | "log_split_view" | "log_release_unlogged" | "log_release_missing" | "log_release_altered" | "license_required" | "license_refused" | "license_unavailable" | "license_not_found" | "seats_exhausted" | "seat_not_found" | "rate_limited" | "storage_failed" | "keys_elsewhere" | "signing_failed" | "metadata_not_found" | "not_ready" | "metrics_unavailable" | "webhook_not_configured" | "no_programs" | "internal";
                message: string;
                next: string | null;
            }[];
        };
        CurrentToken: {
            id: string;
            /** @enum {string} */
            scope: "publish" | "operator";
            worker: string | null;
        };
        CloneUrl: {
            /** @description https, or ssh where the catalog has no other address */
            git_url: string;
            /** @description Null: the repository's default branch */
            branch: string | null;
            /** @description Folder of the worker inside the repository; null where it is not known */
            path: string | null;
            /** @description Commit that the catalog was read at */
            commit: string | null;
            /** @description For a POSIX shell */
            clone_command: string;
        };
        Contact: {
            /** @description Id of the token */
            id: string;
            /** @description The address, of which only the beginning and the host are shown */
            mail: string | null;
        };
        ContactInput: {
            /** @description Null takes the address away */
            mail: string | null;
        };
        Dependents: {
            worker: string & (unknown & unknown);
            /** @description Workers that name it, or one of its variants or aliases, among what they need; sorted by id */
            dependents: {
                id: string & (unknown & unknown);
                name: string;
                description: string;
                version: string;
                /** @description For what it needs the worker */
                kinds: ("run" | "build" | "optional")[];
                url: string;
            }[];
            total: number;
            next_cursor: string | null;
        };
        DeprecationInput: {
            /** @description Why; everybody sees it */
            reason: string;
            /** @description Id of the worker to use instead */
            successor?: string & (unknown & unknown);
        };
        Download: {
            worker: string & (unknown & unknown);
            version: string;
            variant: string;
            platform: string;
            /** @enum {string} */
            format: "tar.zst" | "tar.gz";
            download_url: string;
            checksum: string;
            size: number;
            digest: string;
            expires_in: number | null;
        };
        Envelope: {
            payloadType: string;
            payload: string;
            signatures: {
                keyid: string;
                sig: string;
            }[];
        };
        ExchangedToken: {
            /** @description Publishes this worker, and does nothing else */
            token: string;
            worker: string & (unknown & unknown);
            /** @description RFC 3339 */
            expires_at: string;
        };
        FileList: {
            digest: string;
            /** @description Files in the archive */
            total: number;
            /** @description False where the list would exceed 8 MiB and ends earlier */
            complete: boolean;
            /** @description Sorted by path; folders and links are not listed */
            files: {
                path: string;
                size: number;
                executable: boolean;
                sha256: string;
            }[];
        };
        Finding: {
            /** @enum {string} */
            code: "bad_request" | "invalid_id" | "invalid_version" | "invalid_platform" | "invalid_format" | "invalid_variant" | "invalid_digest" | "invalid_cursor" | "invalid_query" | "invalid_filter" | "invalid_sort" | "invalid_limit" | "invalid_json" | "invalid_body" | "unsupported_media_type" | "body_too_large" | "headers_too_large" | "request_timeout" | "length_required" | "range_not_satisfiable" | "precondition_failed" | "method_not_allowed" | "not_found" | "worker_not_found" | "release_not_found" | "blob_not_found" | "no_pkgbuild" | "no_srcinfo" | "no_repository" | "no_readme" | "no_changelog" | "image_not_found" | "no_checks" | "no_binary" | "no_file_list" | "no_artifact" | "not_buildable" | "no_formula" | "token_missing" | "token_invalid" | "token_expired" | "forbidden" | "signature_missing" | "signature_invalid" | "oidc_unavailable" | "oidc_token_invalid" | "oidc_issuer_unknown" | "oidc_signature_invalid" | "oidc_audience_mismatch" | "oidc_token_expired" | "oidc_token_early" | "oidc_token_used" | "oidc_event_refused" | "oidc_claim_mismatch" | "oidc_no_publisher" | "oidc_provider_unreachable" | "oidc_provider_invalid" | "oidc_permission_missing" | "tokens_refused" | "publisher_not_found" | "upload_not_found" | "upload_expired" | "upload_incomplete" | "part_invalid" | "size_mismatch" | "digest_mismatch" | "patch_invalid" | "archive_invalid" | "archive_too_large" | "artifact_not_stored" | "version_conflict" | "name_taken" | "name_reserved" | "name_too_similar" | "downgrade" | "provenance_required" | "provenance_not_found" | "publisher_key_invalid" | "key_change_refused" | "key_change_conflict" | "image_not_stored" | "sync_not_found" | "transfer_not_found" | "transfer_open" | "transfer_closed" | "transfer_impossible" | "worker_not_orphaned" | "objection_invalid" | "manifest_missing" | "manifest_syntax" | "manifest_invalid" | "manifest_conflict" | "manifest_unknown_field" | "license_invalid" | "version_missing" | "version_mismatch" | "pkgbuild_invalid" | "pkgbuild_missing" | "file_not_utf8" | "file_too_large" | "file_is_link" | "image_invalid" | "duplicate_id" | "branch_missing" | "branch_unlisted" | "uncommitted_changes" | "catalog_unreadable" | "catalog_unreachable" | "catalog_limit" | "catalog_empty" | "catalog_not_found" | "sync_elsewhere" | "usage" | "setting_invalid" | "nothing_fits" | "not_installed" | "not_running" | "still_running" | "start_failed" | "self_test_failed" | "system_dependency_missing" | "registry_unreachable" | "registry_invalid" | "source_unreachable" | "disk_full" | "busy" | "interrupted" | "build_failed" | "source_commit_missing" | "rebuild_invalid" | "rebuild_limit" | "rebuild_differs" | "build_declined" | "port_in_use" | "file_not_found" | "file_unreadable" | "file_exists" | "package_file_invalid" | "tool_failed" | "registry_unsigned" | "registry_untrusted" | "metadata_invalid" | "metadata_signature" | "metadata_threshold" | "metadata_rollback" | "metadata_expired" | "metadata_too_large" | "metadata_mixed" | "metadata_withheld" | "keys_missing" | "document_altered" | "document_foreign" | "lock_missing" | "lock_mismatch" | "index_damaged" | "state_damaged" | "bundle_invalid" | "bundle_expired" | "bundle_incomplete" | "quarantined" | "revocations_invalid" | "revocations_expired" | "no_previous_build" | "boot_unavailable" | "worker_failed" | "envelope_invalid" | "provenance_missing" | "provenance_invalid" | "provenance_wrong_subject" | "provenance_key_unknown" | "provenance_key_revoked" | "provenance_lost" | "key_history_invalid" | "publisher_key_changed" | "publisher_key_missing" | "publisher_key_exposed" | "log_unavailable" | "log_invalid" | "log_signature_invalid" | "log_not_included" | "log_entry_altered" | "log_entry_missing" | "log_entries_reordered" | "log_tree_invalid" | "log_shrunk" | "log_forked" | "log_split_view" | "log_release_unlogged" | "log_release_missing" | "log_release_altered" | "license_required" | "license_refused" | "license_unavailable" | "license_not_found" | "seats_exhausted" | "seat_not_found" | "rate_limited" | "storage_failed" | "keys_elsewhere" | "signing_failed" | "metadata_not_found" | "not_ready" | "metrics_unavailable" | "webhook_not_configured" | "no_programs" | "internal";
            /** @enum {string} */
            severity: "error" | "warning";
            message: string;
            /** @default null */
            next: string | null;
            path: string;
            /** @default null */
            file: string | null;
            /** @default null */
            line: number | null;
            /** @default null */
            field: string | null;
            /** @default null */
            worker: string | null;
        };
        Health: {
            /** @constant */
            status: "ok";
            /** @constant */
            service: "worker-catalog";
            version: string;
        };
        IdentityExchange: {
            /** @description The identity token of the run (a JWT) */
            token: string;
            worker: string & (unknown & unknown);
        };
        KeyChangeInput: {
            /** @enum {string} */
            change: "bound" | "added" | "revoked";
            key: {
                key_id: string;
                public_key: string;
            };
            /** @description Why; everybody sees it */
            reason: string;
            authorization: components["schemas"]["Envelope"];
        };
        KeyResetInput: {
            /** @description Why; everybody sees it */
            reason: string;
            /**
             * @description The only key from then on; null lets the publisher bind one, or publish without
             * @default null
             */
            key: {
                key_id: string;
                public_key: string;
            } | null;
        };
        LegacyWorker: {
            id: string;
            name: string;
            version: string;
            description: string;
            license: string;
            variant: string;
            /** @enum {string} */
            implementation: "rust" | "python" | "cpp";
            platforms: ("linux" | "macos" | "windows")[];
            architectures: ("x86_64" | "aarch64")[];
            arch: ("x86_64" | "aarch64")[];
            source: {
                /** @constant */
                type: "git";
                url: string;
                branch?: string;
                path?: string;
            };
            build: {
                features: string[];
                profile: string;
            };
            depends: string[];
            makedepends: string[];
            /** @enum {string} */
            worker_type: "cpu" | "cuda" | "metal" | "rocm";
            pkgbuild_url: string;
            /** @enum {string} */
            build_system: "cargo" | "cmake";
            binary_name: string;
            install_path: string;
            supported_formats: string[];
            max_context_length?: number;
            supports_streaming: boolean;
            supports_batching: boolean;
            /** @enum {string} */
            workerType: "cpu" | "cuda" | "metal" | "rocm";
            pkgbuildUrl: string;
            /** @enum {string} */
            buildSystem: "cargo" | "cmake";
            binaryName: string;
            installPath: string;
            supportedFormats: string[];
            maxContextLength?: number;
            supportsStreaming: boolean;
            supportsBatching: boolean;
            readmeUrl?: string;
            capabilities: {
                supportedFormats: string[];
                maxContextLength?: number;
                supportsStreaming: boolean;
                supportsBatching: boolean;
            };
            variants: {
                /** @enum {string} */
                backend: "cpu" | "cuda" | "metal" | "rocm";
                platforms: ("linux" | "macos" | "windows")[];
                architectures: ("x86_64" | "aarch64")[];
                pkgbuildUrl: string;
                pkgbuildUrlGit: string;
                homebrewFormula: string;
                homebrewFormulaGit: string;
                build: {
                    features: string[];
                    profile: string;
                };
                depends: string[];
                makedepends: string[];
                binaryName: string;
                installPath: string;
            }[];
        };
        LegacyWorkerList: {
            workers: components["schemas"]["LegacyWorker"][];
        };
        License: {
            id: string;
            customer: string;
            workers: (string & (unknown & unknown))[];
            entitlements: string[];
            seats: number | null;
            /**
             * @description machine: a seat stays with its machine until it is released; floating: it is free again when its lease ended without a heartbeat
             * @enum {string}
             */
            kind: "machine" | "floating";
            seats_used?: number;
            trial: boolean;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            issued_at: string;
            expires_at: string | null;
            revoked_at: string | null;
            revoke_reason: string | null;
        };
        LicenseAnswer: {
            token: string;
            license: components["schemas"]["License"];
        };
        LicenseCheck: {
            token: string;
        };
        LicenseExtension: {
            expires_in_seconds: number;
        };
        LicenseInput: {
            /** @description Who bought it, as the operator calls them */
            customer: string;
            workers: (string & (unknown & unknown))[];
            /** @default [] */
            entitlements: string[];
            /** @description Machines that it is for; as many as they like where left out */
            seats?: number;
            /** @description Until it is revoked where left out */
            expires_in_seconds?: number;
            /** @default false */
            trial: boolean;
            /**
             * @description Whether a seat is free again when its machine falls silent; else it stays with the machine
             * @default false
             */
            floating: boolean;
        };
        LicenseKey: {
            key_id: string;
            public_key: string;
        };
        LicenseList: {
            licenses: components["schemas"]["License"][];
            total: number;
            next_cursor: string | null;
        };
        LicenseRevocation: {
            /** @description Why; everybody sees it */
            reason: string;
        };
        LicenseVerdict: {
            valid: boolean;
            license_id: string | null;
            customer: string | null;
            worker_ids: (string & (unknown & unknown))[];
            entitlements: string[];
            seats: number | null;
            expires_at: string | null;
            /**
             * @description early: it was issued in the future, by the clock of who reads it
             * @enum {string}
             */
            reason?: "malformed" | "signature" | "early" | "unknown" | "revoked" | "expired";
        };
        Seat: {
            license_id: string;
            /** @description SHA-256 over the id of the licence and that of the machine, in hex */
            fingerprint: string;
            /**
             * @description machine: a seat stays with its machine until it is released; floating: it is free again when its lease ended without a heartbeat
             * @enum {string}
             */
            kind: "machine" | "floating";
            /** @description Signed: a machine shows with it that it has a seat */
            lease: string;
            /** Format: date-time */
            lease_expires_at: string;
            /** @description For how long behind it a worker may go on while the registry cannot be asked */
            grace_seconds: number;
            /** @description How often to ask for a new lease while a worker runs */
            heartbeat_seconds: number;
            seats: {
                total: number | null;
                used: number;
            };
        };
        SeatActivation: {
            token: string;
            /** @description SHA-256 over the id of the licence and that of the machine, in hex */
            fingerprint: string;
            /** @description How the owner of the licence calls the machine */
            label?: string;
        };
        SeatList: {
            license_id: string;
            /**
             * @description machine: a seat stays with its machine until it is released; floating: it is free again when its lease ended without a heartbeat
             * @enum {string}
             */
            kind: "machine" | "floating";
            total: number | null;
            used: number;
            seats: {
                /** @description SHA-256 over the id of the licence and that of the machine, in hex */
                fingerprint: string;
                label: string | null;
                activated_at: string;
                last_seen_at: string;
                lease_expires_at: string;
            }[];
            next_cursor: string | null;
        };
        SeatReleased: {
            /** @constant */
            released: true;
            seats: {
                total: number | null;
                used: number;
            };
        };
        SeatUse: {
            token: string;
            /** @description SHA-256 over the id of the licence and that of the machine, in hex */
            fingerprint: string;
        };
        Manifest: {
            /** @description Address of the worker; never given to another one */
            id: string & (unknown & unknown);
            /** @description What people call it */
            name: string;
            /** @description What it does, in a sentence */
            description: string;
            /** @description SPDX licence expression; "Proprietary" or "LicenseRef-NAME" for closed workers */
            license: string;
            /**
             * @description Words to find it by
             * @default []
             */
            tags: string[];
            /**
             * @description Who wrote it
             * @default []
             */
            authors: string[];
            /**
             * @description Account names of those who may change this folder
             * @default []
             */
            maintainers: string[];
            /** @description Where to read more */
            homepage?: string;
            /** @description Where its sources are */
            repository?: string;
            /** @description Where its documentation is */
            documentation?: string;
            /** @description The program inside bin/, without .exe; by default the id */
            binary_name: string;
            /** @description Programming language; by default that of the build system */
            implementation?: string;
            build: {
                /** @description Variants, named by their backend: cpu, cuda, cpu-avx512; by default cpu alone */
                features: string[];
                /** @description The variant meant when none is named; by default the first */
                default_feature: string;
                /** @description Builds one variant into output; run without a shell in the worker's folder, with RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT in its environment. Without it the build system's own command is run */
                command?: string[];
                /** @description The folder that the build fills, holding bin/<program>; {variant} and {platform} are replaced */
                output?: string;
                /**
                 * @description By default what the files beside the manifest say
                 * @enum {string}
                 */
                system?: "cargo" | "npm" | "pip" | "cmake" | "make";
            };
            capabilities: components["schemas"]["Capabilities"];
            /** @description Architectures by operating system */
            platforms: {
                /** @default [] */
                linux: ("x86_64" | "aarch64")[];
                /** @default [] */
                macos: ("x86_64" | "aarch64")[];
                /** @default [] */
                windows: ("x86_64" | "aarch64")[];
            };
            /** @default {} */
            dependencies: {
                /**
                 * @description Commands, shared libraries (libgomp.so.1) or packages that the system must have
                 * @default []
                 */
                system: string[];
                /**
                 * @description What else it uses when it runs, for people to read
                 * @default []
                 */
                runtime: string[];
            };
            /**
             * @description What each variant needs of a host
             * @default {}
             */
            requirements: {
                [key: string]: components["schemas"]["Requirements"];
            };
            /** @description How a build proves itself before it is published or installed */
            selftest?: {
                /** @description Run in the folder of the build, without a shell; exit code 0 means it works */
                command: string[];
                /**
                 * @description In seconds
                 * @default 30
                 */
                timeout_seconds: number;
            };
            /** @description How it is started */
            run?: {
                /** @description Run in the folder of the build, without a shell */
                command: string[];
                /** @description The flag before the port */
                port_flag?: string;
                /** @description The flag before the path of the model; --model if left out */
                model_flag?: string;
                /**
                 * @description Answers with a success as soon as the worker can work
                 * @default /health
                 */
                health_path: string;
            };
            pricing?: components["schemas"]["Pricing"];
            /** @default [] */
            screenshots: {
                /** @description An https address, or a file of the folder */
                url: string;
                caption?: string;
            }[];
            deprecation?: {
                /** @description Why, and what to use instead */
                message: string;
                /** @description Id of the worker to use instead */
                successor?: string & (unknown & unknown);
            };
        };
        Objection: {
            /** @description The code in the mail */
            code: string;
            /** @description Why; everybody sees it */
            reason: string;
        };
        OrphanAnswer: {
            worker: string & (unknown & unknown);
            orphaned: {
                reason: string;
                at: string;
            } | null;
        };
        OrphanInput: {
            /** @description Why; everybody sees it */
            reason: string;
            /**
             * @description false takes it back
             * @default true
             */
            orphaned: boolean;
        };
        Patch: {
            from_digest: string;
            from_version: string;
            format: string;
            size: number;
            sha256: string;
            download_url: string;
        };
        Pricing: {
            /**
             * @description How it is paid for
             * @enum {string}
             */
            model: "free" | "one-time" | "subscription" | "usage" | "contact";
            /** @description In US dollars */
            price_usd?: number;
            /**
             * @description How often a subscription is paid
             * @enum {string}
             */
            interval?: "month" | "year";
            /** @description In days */
            trial_days?: number;
            /** @description Where to buy it */
            purchase_url?: string;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            error: string;
            next?: string;
        } & {
            [key: string]: unknown;
        };
        Programs: {
            version: string;
            builds: {
                /** @enum {string} */
                format: "tar.zst" | "tar.gz";
                size: number;
                checksum: string;
                download_url: string;
                platform: string | "any";
            }[];
        };
        ProgramsInput: {
            version: string;
            builds: {
                platform: string | "any";
                sha256: string;
            }[];
        };
        Ready: {
            /** @constant */
            status: "ready";
        };
        RebuildAttested: {
            /** @enum {string} */
            verdict: "reproduced" | "differs";
            /** @description Of the artifact, now */
            counts: {
                agree: number;
                disagree: number;
            };
        };
        RebuildInput: {
            envelope: components["schemas"]["Envelope"];
            key: {
                key_id: string;
                public_key: string;
            };
        };
        Rebuilds: {
            worker: string & (unknown & unknown);
            version: string;
            rebuilds: {
                platform: string;
                variant: string;
                /** @enum {string} */
                verdict: "reproduced" | "differs";
                rebuilt: string;
                key: {
                    key_id: string;
                    public_key: string;
                };
                account: string;
                /**
                 * @description superseded: its key attested anew later; publisher: it comes from who published the release; struck: operators do not count this rebuilder; same_rebuilder: another one of the same key or account counts in its place
                 * @enum {string}
                 */
                standing: "counted" | "superseded" | "publisher" | "struck" | "same_rebuilder";
                attested_at: string;
                envelope: components["schemas"]["Envelope"];
            }[];
            total: number;
            next_cursor: string | null;
        };
        Release: {
            worker: string & (unknown & unknown);
            name: string;
            version: string;
            published_at: string;
            prerelease: boolean;
            yanked: string | null;
            /** @default null */
            yanked_at: string | null;
            quarantined: string | null;
            /** @default null */
            quarantined_at: string | null;
            /** @default null */
            security_fix: string | null;
            /** @enum {string} */
            source: "official" | "community";
            distribution: {
                /** @enum {string} */
                type: "source" | "binary" | "binary-only" | "hybrid";
                source_available: boolean;
                binary_available: boolean;
                requires_license: boolean;
            };
            license: string;
            binary_name: string;
            default_variant: string;
            platforms: {
                /** @enum {string} */
                os: "linux" | "macos" | "windows";
                /** @enum {string} */
                arch: "x86_64" | "aarch64";
            }[];
            variants: components["schemas"]["Variant"][];
            binary_sources: {
                platform: string;
                variant: string;
                url: string;
                sha256: string | null;
            }[];
            /** @default {} */
            dependencies: {
                /**
                 * @description Commands, shared libraries (libgomp.so.1) or packages that the system must have
                 * @default []
                 */
                system: string[];
                /**
                 * @description What else it uses when it runs, for people to read
                 * @default []
                 */
                runtime: string[];
            };
            capabilities: components["schemas"]["Capabilities"];
            selftest: {
                /** @description Run in the folder of the build, without a shell; exit code 0 means it works */
                command: string[];
                /**
                 * @description In seconds
                 * @default 30
                 */
                timeout_seconds: number;
            } | null;
            run: {
                /** @description Run in the folder of the build, without a shell */
                command: string[];
                /** @description The flag before the port */
                port_flag?: string;
                /** @description The flag before the path of the model; --model if left out */
                model_flag?: string;
                /**
                 * @description Answers with a success as soon as the worker can work
                 * @default /health
                 */
                health_path: string;
            } | null;
            /** @default null */
            git: {
                url: string | null;
                commit: string | null;
                branch: string | null;
                path: string;
            } | null;
            /** @default null */
            published_by: ({
                /** @constant */
                kind: "token";
            } | {
                /** @constant */
                kind: "operator";
            } | {
                /** @constant */
                kind: "catalog";
            } | {
                /** @constant */
                kind: "trusted_publisher";
                /** @constant */
                provider: "github";
                issuer: string;
                repository: string;
                repository_id: string;
                repository_owner_id: string;
                workflow: string;
                workflow_ref: string;
                environment: string | null;
                event: string;
                ref: string;
                sha: string;
                run: {
                    id: string;
                    attempt: string;
                    url: string;
                };
            }) | null;
            /** @default null */
            release: string | null;
            /**
             * @description What it costs; null where it is free
             * @default null
             */
            pricing: components["schemas"]["Pricing"] | null;
        };
        ReleaseInput: {
            manifest: components["schemas"]["Manifest"];
            version: string;
            artifacts: components["schemas"]["Artifact"][];
            /** @default null */
            readme: string | null;
            /** @default null */
            changelog: string | null;
        };
        Requirements: {
            /** @description C library, or a list of which one is enough; on Linux only */
            libc?: string | string[];
            /** @description Flag names as in Linux cpuinfo, on every operating system */
            cpu_features?: string[];
            /** @description Memory of the host */
            memory?: string;
            /** @description Free space where workers are installed */
            disk?: string;
            /** @description Version of the GPU's driver */
            driver_version?: string;
            /** @description CUDA version that the driver supports; never a toolkit's */
            cuda_version?: string;
            /** @description Compute capability of the NVIDIA GPU */
            compute_capability?: string;
            /** @description Targets of AMD GPUs, of which one has to match */
            gfx_targets?: string[];
            /** @description Vulkan version that the driver supports */
            vulkan_version?: string;
            /** @description Total memory of the chosen GPU; with unified memory that of the host counts, too */
            vram?: string;
            /** @description Preference among the variants that fit; by default cuda 40, rocm 30, metal 30, vulkan 20, cpu 10 */
            priority?: number;
        };
        Revocations: {
            sequence: number;
            /** Format: date-time */
            issued_at: string;
            /** Format: date-time */
            expires_at: string;
            total: number;
            releases: {
                worker: string & (unknown & unknown);
                version: string;
                digests: string[];
                reason: string;
                /** Format: date-time */
                quarantined_at: string;
            }[];
        };
        SecurityFixInput: {
            /** @description Why; everybody sees it */
            reason: string;
            /**
             * @description false takes an earlier confirmation back
             * @default true
             */
            confirmed: boolean;
        };
        SignedDocument: components["schemas"]["Revocations"] | components["schemas"]["SignedLog"];
        SignedLog: {
            origin: string;
            key: string;
        };
        SignedMetadata: {
            signed: {
                /** @enum {string} */
                _type: "root" | "timestamp" | "snapshot" | "targets";
                spec_version: string;
                version: number;
                expires: string;
            } & {
                [key: string]: unknown;
            };
            signatures: ({
                keyid: string;
                sig: string;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        SignedRoot: {
            version: number;
            sha256: string;
            expires: string;
        };
        SignedRootInput: {
            roots: string[];
            targets: string;
        };
        StandingInput: {
            /** @description Why; everybody sees it */
            reason: string;
        };
        Strike: {
            rebuilder: string;
            struck: boolean;
            reason: string;
            workers: number;
        };
        StrikeInput: {
            rebuilder: string;
            /** @description Why; everybody sees it */
            reason: string;
            /**
             * @description false counts the rebuilder again
             * @default true
             */
            struck: boolean;
        };
        StatisticsOverview: {
            /** @description Workers in the catalog */
            workers: number;
            downloads: number;
            /** @description Stars that the worker was given in this catalog */
            stars: number;
            /** @description When a download was last counted; null before the first */
            last_updated: string | null;
            /** @description The workers with the most downloads, most first */
            top: {
                worker: string & (unknown & unknown);
                downloads: number;
                url: string;
            }[];
            /**
             * @description Workers that were downloaded more in the last seven days than the four weeks before let expect, most surprising first; with fewer than ten downloads none is
             * @default []
             */
            rising: {
                worker: string & (unknown & unknown);
                /** @description Of the last seven days (UTC) */
                downloads: number;
                /** @description Of the 28 days before those */
                before: number;
                url: string;
            }[];
            /**
             * @description When `rising` was reckoned, as RFC 3339; null before the first download
             * @default null
             */
            rising_at: string | null;
            /** @description Days (UTC) with downloads out of the last 90, oldest first */
            days: {
                day: string;
                downloads: number;
            }[];
        };
        StoredImage: {
            /** @enum {string} */
            media_type: "image/png" | "image/jpeg" | "image/webp";
            width: number;
            height: number;
            /** @description Relative to the registry; the bytes there never change */
            url: string;
            sha256: string;
        };
        SyncEntries: {
            entries: unknown[];
        };
        SyncEntriesResult: {
            accepted: string[];
            refused: components["schemas"]["Finding"][];
        };
        SyncFinish: {
            findings: components["schemas"]["Finding"][];
            compiler?: string;
            folder?: string;
        };
        SyncFinished: {
            catalog: string;
            commit: string | null;
            compiler?: string;
            synced_at: string | null;
            failed_at?: string | null;
            failure?: {
                /** @enum {string} */
                code: "bad_request" | "invalid_id" | "invalid_version" | "invalid_platform" | "invalid_format" | "invalid_variant" | "invalid_digest" | "invalid_cursor" | "invalid_query" | "invalid_filter" | "invalid_sort" | "invalid_limit" | "invalid_json" | "invalid_body" | "unsupported_media_type" | "body_too_large" | "headers_too_large" | "request_timeout" | "length_required" | "range_not_satisfiable" | "precondition_failed" | "method_not_allowed" | "not_found" | "worker_not_found" | "release_not_found" | "blob_not_found" | "no_pkgbuild" | "no_srcinfo" | "no_repository" | "no_readme" | "no_changelog" | "image_not_found" | "no_checks" | "no_binary" | "no_file_list" | "no_artifact" | "not_buildable" | "no_formula" | "token_missing" | "token_invalid" | "token_expired" | "forbidden" | "signature_missing" | "signature_invalid" | "oidc_unavailable" | "oidc_token_invalid" | "oidc_issuer_unknown" | "oidc_signature_invalid" | "oidc_audience_mismatch" | "oidc_token_expired" | "oidc_token_early" | "oidc_token_used" | "oidc_event_refused" | "oidc_claim_mismatch" | "oidc_no_publisher" | "oidc_provider_unreachable" | "oidc_provider_invalid" | "oidc_permission_missing" | "tokens_refused" | "publisher_not_found" | "upload_not_found" | "upload_expired" | "upload_incomplete" | "part_invalid" | "size_mismatch" | "digest_mismatch" | "patch_invalid" | "archive_invalid" | "archive_too_large" | "artifact_not_stored" | "version_conflict" | "name_taken" | "name_reserved" | "name_too_similar" | "downgrade" | "provenance_required" | "provenance_not_found" | "publisher_key_invalid" | "key_change_refused" | "key_change_conflict" | "image_not_stored" | "sync_not_found" | "transfer_not_found" | "transfer_open" | "transfer_closed" | "transfer_impossible" | "worker_not_orphaned" | "objection_invalid" | "manifest_missing" | "manifest_syntax" | "manifest_invalid" | "manifest_conflict" | "manifest_unknown_field" | "license_invalid" | "version_missing" | "version_mismatch" | "pkgbuild_invalid" | "pkgbuild_missing" | "file_not_utf8" | "file_too_large" | "file_is_link" | "image_invalid" | "duplicate_id" | "branch_missing" | "branch_unlisted" | "uncommitted_changes" | "catalog_unreadable" | "catalog_unreachable" | "catalog_limit" | "catalog_empty" | "catalog_not_found" | "sync_elsewhere" | "usage" | "setting_invalid" | "nothing_fits" | "not_installed" | "not_running" | "still_running" | "start_failed" | "self_test_failed" | "system_dependency_missing" | "registry_unreachable" | "registry_invalid" | "source_unreachable" | "disk_full" | "busy" | "interrupted" | "build_failed" | "source_commit_missing" | "rebuild_invalid" | "rebuild_limit" | "rebuild_differs" | "build_declined" | "port_in_use" | "file_not_found" | "file_unreadable" | "file_exists" | "package_file_invalid" | "tool_failed" | "registry_unsigned" | "registry_untrusted" | "metadata_invalid" | "metadata_signature" | "metadata_threshold" | "metadata_rollback" | "metadata_expired" | "metadata_too_large" | "metadata_mixed" | "metadata_withheld" | "keys_missing" | "document_altered" | "document_foreign" | "lock_missing" | "lock_mismatch" | "index_damaged" | "state_damaged" | "bundle_invalid" | "bundle_expired" | "bundle_incomplete" | "quarantined" | "revocations_invalid" | "revocations_expired" | "no_previous_build" | "boot_unavailable" | "worker_failed" | "envelope_invalid" | "provenance_missing" | "provenance_invalid" | "provenance_wrong_subject" | "provenance_key_unknown" | "provenance_key_revoked" | "provenance_lost" | "key_history_invalid" | "publisher_key_changed" | "publisher_key_missing" | "publisher_key_exposed" | "log_unavailable" | "log_invalid" | "log_signature_invalid" | "log_not_included" | "log_entry_altered" | "log_entry_missing" | "log_entries_reordered" | "log_tree_invalid" | "log_shrunk" | "log_forked" | "log_split_view" | "log_release_unlogged" | "log_release_missing" | "log_release_altered" | "license_required" | "license_refused" | "license_unavailable" | "license_not_found" | "seats_exhausted" | "seat_not_found" | "rate_limited" | "storage_failed" | "keys_elsewhere" | "signing_failed" | "metadata_not_found" | "not_ready" | "metrics_unavailable" | "webhook_not_configured" | "no_programs" | "internal";
                message: string;
                /** @default null */
                next: string | null;
            } | null;
            accepted: {
                id: string;
                version: string;
                path: string;
            }[];
            refused: components["schemas"]["Finding"][];
            warnings: components["schemas"]["Finding"][];
            /** @default 0 */
            remaining: number;
        };
        SyncInput: {
            catalog: string;
            commit: string | null;
            position?: number;
            entries: {
                id: string & (unknown & unknown);
                hash: string;
            }[];
        };
        SyncState: {
            sync_id: string;
            needed: string[];
        };
        Token: {
            token: string;
            id: string;
            /** @enum {string} */
            scope: "publish" | "operator";
            worker: string | null;
            expires_at: string | null;
        };
        TokenInput: {
            /** @enum {string} */
            scope: "publish" | "operator";
            worker?: string & (unknown & unknown);
            expires_in_seconds?: number;
            mail?: string;
        };
        TokensRefusedInput: {
            tokens_refused: boolean;
        };
        Transfer: {
            id: string;
            worker: string & (unknown & unknown);
            /** @enum {string} */
            kind: "transfer" | "adoption";
            /** @enum {string} */
            status: "asked" | "approved" | "refused" | "cancelled" | "done";
            /** @description The owner: `token:ID`, `operator`, or `catalog:NAME` for nobody since */
            from: string;
            /** @description Who is to own it: `token:ID` or `operator` */
            to: string;
            reason: string;
            asked_by: string;
            /** @description RFC 3339 */
            asked_at: string;
            /** @description Who of the staff approved or refused it */
            review: {
                /** @description Id of the token; `operator`, `objection` for the code in the mail, `registry` */
                by: string;
                /** @description RFC 3339 */
                at: string;
                reason: string;
            } | null;
            /** @description Who cancelled it, or when it took effect */
            end: {
                /** @description Id of the token; `operator`, `objection` for the code in the mail, `registry` */
                by: string;
                /** @description RFC 3339 */
                at: string;
                reason: string;
            } | null;
            /** @description How long it waits after the former owner was told */
            wait_seconds: number;
            /** @description Approved, and mail to the former owner is not handed over yet */
            waits_for_mail: boolean;
            /** @description RFC 3339: when it takes effect if nobody objects; null where that is not known yet */
            effective_at: string | null;
            /** @description What a reviewer should know; operators only */
            notes: string[];
            /** @description Operators only */
            mails: {
                /** @enum {string} */
                kind: "transfer_asked" | "transfer_approved" | "transfer_refused" | "transfer_cancelled" | "transfer_done" | "contact_changed";
                /** @description The address, of which only the beginning and the host are shown */
                to: string;
                attempts: number;
                /** @description RFC 3339 */
                handed_over_at: string | null;
                /** @description Why the last attempt failed */
                failure: string | null;
            }[];
        };
        TransferApproval: {
            /** @description Why; everybody sees it */
            reason: string;
            /**
             * @description The waiting time begins at once, although mail to the former owner could not be handed over
             * @default false
             */
            without_mail: boolean;
        };
        TransferInput: {
            /**
             * @description `transfer`: its owner gives it away; `adoption`: somebody wants to go on with an orphaned worker
             * @enum {string}
             */
            kind: "transfer" | "adoption";
            /** @description The new owner of a transfer: id of a publish token, or `operator`; an adoption is for the caller */
            to?: string;
            /** @description Why; everybody sees it */
            reason: string;
        };
        TransferList: {
            transfers: components["schemas"]["Transfer"][];
        };
        TrustedPublisher: {
            id: string;
            /** @constant */
            provider: "github";
            issuer: string;
            repository: string;
            /** @description Null until the first run that is accepted settles it */
            repository_owner_id: string | null;
            /** @description Null until the first run that is accepted settles it */
            repository_id: string | null;
            workflow: string;
            environment: string | null;
            /** @description RFC 3339 */
            created_at: string;
        };
        TrustedPublisherInput: {
            /**
             * @default github
             * @constant
             */
            provider: "github";
            /** @description By default the first that the registry believes */
            issuer?: string;
            repository: string;
            /** @description Number of the account; where it is left out, the first run that is accepted settles it */
            repository_owner_id?: string;
            /** @description Number of the repository; likewise */
            repository_id?: string;
            workflow: string;
            /**
             * @description Null for runs outside and inside of any environment
             * @default null
             */
            environment: string | null;
        };
        TrustedPublishers: {
            worker: string & (unknown & unknown);
            /** @description Whether trusted publishers alone may publish, and no other token */
            tokens_refused: boolean;
            /** @description In the order in which they were added */
            publishers: components["schemas"]["TrustedPublisher"][];
        };
        UploadInput: {
            /** @enum {string} */
            format: "tar.zst" | "tar.gz";
            sha256: string;
            size: number;
            digest: string;
        };
        UploadState: {
            upload_id: string | null;
            /** @enum {string} */
            status: "open" | "stored";
            sha256: string;
            size: number;
            part_size: number;
            parts: number;
            received_parts: number[];
            expires_at: string | null;
        };
        Variant: {
            name: string;
            id: string;
            backend: string;
            priority: number;
            requirements: components["schemas"]["Requirements"];
            artifacts: {
                platform: string;
                digest: string;
                unpacked_size: number;
                archives: {
                    /** @enum {string} */
                    format: "tar.zst" | "tar.gz";
                    size: number;
                    checksum: string;
                    download_url: string;
                }[];
                /** @default null */
                provenance: {
                    sha256: string;
                    size: number;
                    url: string;
                    key_ids: string[];
                    /** Format: date-time */
                    attached_at: string;
                } | null;
                /**
                 * @default {
                 *       "agree": 0,
                 *       "disagree": 0
                 *     }
                 */
                rebuilds: {
                    agree: number;
                    disagree: number;
                };
                /** @default [] */
                patches: components["schemas"]["Patch"][];
            }[];
        };
        Versions: {
            worker: string & (unknown & unknown);
            latest: string;
            versions: string[];
            releases: {
                version: string;
                published_at: string;
                prerelease: boolean;
                yanked: string | null;
                /** @default null */
                yanked_at: string | null;
                quarantined: string | null;
                /** @default null */
                quarantined_at: string | null;
                /** @default null */
                security_fix: string | null;
                distribution: {
                    /** @enum {string} */
                    type: "source" | "binary" | "binary-only" | "hybrid";
                    source_available: boolean;
                    binary_available: boolean;
                    requires_license: boolean;
                };
                platforms: string[];
                url: string;
            }[];
        };
        WebhookAnswer: {
            /** @enum {string} */
            status: "pong" | "scheduled" | "ignored";
            catalogs: string[];
            reason: string | null;
        };
        Worker: {
            id: string & (unknown & unknown);
            name: string;
            description: string;
            version: string;
            /** @enum {string} */
            source: "official" | "community";
            license: string;
            tags: string[];
            distribution: {
                /** @enum {string} */
                type: "source" | "binary" | "binary-only" | "hybrid";
                source_available: boolean;
                binary_available: boolean;
                requires_license: boolean;
            };
            platforms: {
                /** @enum {string} */
                os: "linux" | "macos" | "windows";
                /** @enum {string} */
                arch: "x86_64" | "aarch64";
            }[];
            capabilities: components["schemas"]["Capabilities"];
            pricing: components["schemas"]["Pricing"] | null;
            deprecated: boolean;
            url: string;
            versions_url: string;
            /** @description The PKGBUILD of its folder or a generated one; null where there is none, and none can be generated of the latest release */
            pkgbuild_url: string | null;
            updated_at: string;
            authors: string[];
            author: string | null;
            maintainers: string[];
            homepage: string | null;
            repository: string | null;
            documentation: string | null;
            implementation: string | null;
            binary_name: string;
            features: string[];
            default_variant: string;
            /** @default {} */
            dependencies: {
                /**
                 * @description Commands, shared libraries (libgomp.so.1) or packages that the system must have
                 * @default []
                 */
                system: string[];
                /**
                 * @description What else it uses when it runs, for people to read
                 * @default []
                 */
                runtime: string[];
            };
            build: {
                /** @description Variants, named by their backend: cpu, cuda, cpu-avx512; by default cpu alone */
                features: string[];
                /** @description The variant meant when none is named; by default the first */
                default_feature: string;
                /** @description Builds one variant into output; run without a shell in the worker's folder, with RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT in its environment. Without it the build system's own command is run */
                command?: string[];
                /** @description The folder that the build fills, holding bin/<program>; {variant} and {platform} are replaced */
                output?: string;
                /**
                 * @description By default what the files beside the manifest say
                 * @enum {string}
                 */
                system?: "cargo" | "npm" | "pip" | "cmake" | "make";
            };
            screenshots: {
                /** @description An https address, or a file of the folder */
                url: string;
                caption?: string;
                /** @description Where the registry serves it; left out for what it does not hold */
                image?: {
                    /** @enum {string} */
                    media_type: "image/png" | "image/jpeg" | "image/webp";
                    width: number;
                    height: number;
                    /** @description Relative to the registry; the bytes there never change */
                    url: string;
                };
            }[];
            deprecation: {
                /** @description Why, and what to use instead */
                message: string;
                /** @description Id of the worker to use instead */
                successor?: string & (unknown & unknown);
                /**
                 * @description RFC 3339; null where its manifest says so
                 * @default null
                 */
                since: string | null;
            } | null;
            /**
             * @description Who stands behind it, as far as the registry itself knows
             * @default null
             */
            publisher: {
                id: string;
                name: string;
                /** @enum {string} */
                kind: "official" | "catalog" | "maintainer" | "token";
                verified: boolean;
            } | null;
            git: {
                url: string | null;
                commit: string | null;
                branch: string | null;
                path: string;
            } | null;
            variants: components["schemas"]["Variant"][];
            binary_sources: {
                platform: string;
                variant: string;
                url: string;
                sha256: string | null;
            }[];
            readme_url: string | null;
            /** @default null */
            changelog_url: string | null;
            release_url: string;
            aliases: string[];
            published_at: string;
        };
        WorkerChecks: {
            checker: string;
            findings: {
                rule: string;
                /** @enum {string} */
                severity: "error" | "warning";
                file: string;
                line: number;
                reason: string;
                cure: string;
            }[];
            worker: string & (unknown & unknown);
            version: string;
        };
        WorkerEvents: {
            worker: string & (unknown & unknown);
            events: {
                /** @enum {string} */
                kind: "yank" | "unyank" | "quarantine" | "release_quarantine" | "deprecate" | "undeprecate" | "confirm_security_fix" | "withdraw_security_fix" | "transfer" | "approve_transfer" | "refuse_transfer" | "cancel_transfer";
                /** @description Null where the worker as a whole is meant */
                version: string | null;
                reason: string;
                successor: (string & (unknown & unknown)) | null;
                /** @description Id of the token; `operator` for the own secret of the server */
                actor: string;
                /** @description RFC 3339 */
                at: string;
            }[];
        };
        WorkerIndex: {
            worker: string & (unknown & unknown);
            addresses: {
                [key: string]: string | null;
            };
            documents: {
                [key: string]: {
                    sha256: string;
                    length: number;
                };
            };
        };
        WorkerKeys: {
            worker: string & (unknown & unknown);
            provenance_required: boolean;
            keys: {
                key_id: string;
                public_key: string;
                /** @enum {string} */
                status: "valid" | "revoked";
                bound_at: string;
                revoked_at: string | null;
                reason: string | null;
            }[];
            history: {
                /** @enum {string} */
                change: "bound" | "added" | "revoked" | "staff_reset";
                key: {
                    key_id: string;
                    public_key: string;
                } | null;
                /** Format: date-time */
                at: string;
                /** @description Why; everybody sees it */
                reason: string;
                authorization: components["schemas"]["Envelope"] | null;
            }[];
        };
        WorkerLog: {
            worker: string & (unknown & unknown);
            entries: {
                index: number;
                kind: string;
                version: string | null;
                entry: string;
            }[];
        };
        WorkerList: {
            workers: {
                id: string & (unknown & unknown);
                name: string;
                description: string;
                version: string;
                /** @enum {string} */
                source: "official" | "community";
                license: string;
                tags: string[];
                distribution: {
                    /** @enum {string} */
                    type: "source" | "binary" | "binary-only" | "hybrid";
                    source_available: boolean;
                    binary_available: boolean;
                    requires_license: boolean;
                };
                platforms: {
                    /** @enum {string} */
                    os: "linux" | "macos" | "windows";
                    /** @enum {string} */
                    arch: "x86_64" | "aarch64";
                }[];
                variants: {
                    name: string;
                    id: string;
                    backend: string;
                    platforms: string[];
                }[];
                capabilities: components["schemas"]["Capabilities"];
                pricing: components["schemas"]["Pricing"] | null;
                deprecated: boolean;
                url: string;
                versions_url: string;
                /** @description The PKGBUILD of its folder or a generated one; null where there is none, and none can be generated of the latest release */
                pkgbuild_url: string | null;
                updated_at: string;
                publisher?: {
                    id: string;
                    name: string;
                };
                downloads?: number;
                published_at?: string;
                highlights?: {
                    /** @enum {string} */
                    field: "name" | "description" | "readme" | "tags" | "id";
                    /** @description Plain text; of a README a part of it */
                    text: string;
                    /** @description Where the words stand: begin and end in UTF-16 units, sorted, without overlaps */
                    ranges: number[][];
                }[];
            }[];
            total: number;
            facets?: components["schemas"]["Facets"];
            next_cursor: string | null;
        };
        FoundWorker: {
            id: string & (unknown & unknown);
            name: string;
            description: string;
            version: string;
            /** @enum {string} */
            source: "official" | "community";
            license: string;
            tags: string[];
            distribution: {
                /** @enum {string} */
                type: "source" | "binary" | "binary-only" | "hybrid";
                source_available: boolean;
                binary_available: boolean;
                requires_license: boolean;
            };
            platforms: {
                /** @enum {string} */
                os: "linux" | "macos" | "windows";
                /** @enum {string} */
                arch: "x86_64" | "aarch64";
            }[];
            variants: {
                name: string;
                id: string;
                backend: string;
                platforms: string[];
            }[];
            capabilities: components["schemas"]["Capabilities"];
            pricing: components["schemas"]["Pricing"] | null;
            deprecated: boolean;
            url: string;
            versions_url: string;
            /** @description The PKGBUILD of its folder or a generated one; null where there is none, and none can be generated of the latest release */
            pkgbuild_url: string | null;
            updated_at: string;
            publisher: {
                id: string;
                name: string;
            };
            downloads: number;
            published_at: string;
            /**
             * @description Whether its latest release is blocked
             * @default false
             */
            quarantined: boolean;
        };
        Facets: {
            platform: {
                value: string;
                count: number;
            }[];
            arch: {
                value: string;
                count: number;
            }[];
            /** @description Families */
            license: {
                value: string;
                count: number;
            }[];
            feature: {
                value: string;
                count: number;
            }[];
            /** @description The 30 with the most hits */
            tag: {
                value: string;
                count: number;
            }[];
            min_rating: {
                value: string;
                count: number;
            }[];
            price: {
                value: string;
                count: number;
            }[];
            source: {
                value: string;
                count: number;
            }[];
            format: {
                value: string;
                count: number;
            }[];
        };
        SearchInput: {
            /** @default  */
            q: string;
            platform?: ("linux" | "macos" | "windows") | ("linux" | "macos" | "windows")[];
            arch?: ("x86_64" | "aarch64") | ("x86_64" | "aarch64")[];
            license?: string | string[];
            feature?: string | string[];
            tag?: string | string[];
            /** @default null */
            min_rating: number | null;
            price?: ("free" | "paid") | ("free" | "paid")[];
            source?: ("official" | "community") | ("official" | "community")[];
            format?: string | string[];
            /** @enum {string} */
            sort?: "relevance" | "recent" | "downloads" | "rating" | "name";
            cursor?: string;
            /** @default 20 */
            limit: number;
            /** @default false */
            explain: boolean;
            /** @description What "rbee-hive detect --json" prints */
            host_profile?: components["schemas"]["HostProfile"];
            /**
             * @description Whether workers that do not run on this machine are marked or left out
             * @default mark
             * @enum {string}
             */
            fits: "mark" | "only";
        };
        SearchAnswer: {
            query: {
                q: string;
                /** @enum {string} */
                sort: "relevance" | "recent" | "downloads" | "rating" | "name";
                filters: {
                    /** @default [] */
                    platform: ("linux" | "macos" | "windows")[];
                    /** @default [] */
                    arch: ("x86_64" | "aarch64")[];
                    /** @default [] */
                    license: string[];
                    /** @default [] */
                    feature: string[];
                    /**
                     * @description All of them
                     * @default []
                     */
                    tag: string[];
                    /** @default null */
                    min_rating: number | null;
                    /** @default [] */
                    price: ("free" | "paid")[];
                    /** @default [] */
                    source: ("official" | "community")[];
                    /** @default [] */
                    format: string[];
                };
                fits: ("mark" | "only") | null;
                /**
                 * @description Which of the words a hit has; fewer than all only where nothing has all
                 * @enum {string}
                 */
                matching: "all" | "most" | "any";
            };
            /** @description What was searched for instead, where q as it stands finds nothing */
            corrected: string | null;
            hits: components["schemas"]["SearchHit"][];
            total: number;
            facets: components["schemas"]["Facets"];
            next_cursor: string | null;
        };
        SearchHit: {
            worker: components["schemas"]["FoundWorker"];
            highlights: {
                /** @enum {string} */
                field: "name" | "description" | "readme" | "tags" | "id";
                /** @description Plain text; of a README a part of it */
                text: string;
                /** @description Where the words stand: begin and end in UTF-16 units, sorted, without overlaps */
                ranges: number[][];
            }[];
            fit: ({
                /** @constant */
                runs: true;
                variant: string;
                platform: string;
                reason: string;
                code: null;
            } | {
                /** @constant */
                runs: false;
                variant: null;
                platform: string;
                reason: string;
                /** @enum {string} */
                code: "os" | "arch" | "libc" | "cpu_feature" | "memory" | "disk" | "no_gpu" | "gpu_vendor" | "driver_version" | "cuda_version" | "compute_capability" | "gfx_target" | "vulkan_version" | "vram" | "no_artifact" | "yanked" | "quarantined" | "license" | "self_test" | "lower_preference";
            }) | null;
            score: number;
            explain: {
                /** @description The query is its id, an alias or its name, or the beginning of one */
                exact: number;
                /** @description Where the words stand */
                text: number;
                downloads: number;
                recency: number;
                /** @description Official, or verified */
                publisher: number;
                /** @description Can be installed without building it */
                binaries: number;
                /** @description Deprecated, withdrawn or a look-alike: taken off */
                standing: number;
            } | null;
        };
        HostProfile: {
            os: string;
            arch: string;
            /** @default null */
            libc: {
                /** @enum {string} */
                name: "glibc" | "musl" | "none";
                /** @default null */
                version: string | null;
            } | null;
            cpu: {
                /** @default null */
                model: string | null;
                /** @default null */
                cores: number | null;
                /** @default null */
                features: string[] | null;
            };
            /** @default null */
            memory_bytes: number | null;
            /** @default null */
            disk_free_bytes: number | null;
            /** @default null */
            container: ("docker" | "podman" | "kubernetes" | "lxc") | null;
            /** @default null */
            wsl: (1 | 2) | null;
            gpus: {
                /** @enum {string} */
                vendor: "nvidia" | "amd" | "intel" | "apple";
                /** @default null */
                name: string | null;
                /** @default null */
                vram_bytes: number | null;
                /** @default null */
                unified_memory: boolean | null;
                /** @default null */
                driver_version: string | null;
                /** @default null */
                cuda_version: string | null;
                /** @default null */
                compute_capability: string | null;
                /** @default null */
                gfx_target: string | null;
                /** @default null */
                vulkan_version: string | null;
                usable: boolean;
                /** @default null */
                problem: string | null;
            }[];
        };
        TagList: {
            tags: {
                name: string;
                count: number;
            }[];
        };
        Suggestions: {
            suggestions: {
                /** @enum {string} */
                kind: "worker" | "tag" | "publisher";
                text: string;
                /** @description Of the worker or publisher; null for a tag */
                id: string | null;
                /** @description Of the worker, of the search for the tag, or of the publisher */
                url: string;
            }[];
        };
        Publisher: {
            id: string;
            name: string;
            /** @enum {string} */
            kind: "official" | "catalog" | "maintainer" | "token";
            verified: boolean;
            /** @description By downloads */
            workers: components["schemas"]["FoundWorker"][];
            total: number;
            next_cursor: string | null;
            /** @description Of all its workers */
            downloads: number;
            /** @description When the first of its workers that are there was first published */
            since: string;
        };
        WorkerStatistics: {
            worker: string & (unknown & unknown);
            /** @description One for each client, artifact and day, of all releases and formats */
            downloads: number;
            /** @description Stars that the worker was given in this catalog */
            stars: number;
            /** @description When a download was last counted; before the first, when it was published */
            last_updated: string;
            /** @description Most downloads first */
            versions: {
                version: string;
                downloads: number;
            }[];
            /** @description Most downloads first */
            variants: {
                variant: string;
                downloads: number;
            }[];
            /** @description Most downloads first */
            platforms: {
                platform: string;
                downloads: number;
            }[];
            /** @description Days (UTC) with downloads out of the last 90, oldest first */
            days: {
                day: string;
                downloads: number;
            }[];
        };
        WorkerSummary: {
            id: string & (unknown & unknown);
            name: string;
            description: string;
            version: string;
            /** @enum {string} */
            source: "official" | "community";
            license: string;
            tags: string[];
            distribution: {
                /** @enum {string} */
                type: "source" | "binary" | "binary-only" | "hybrid";
                source_available: boolean;
                binary_available: boolean;
                requires_license: boolean;
            };
            platforms: {
                /** @enum {string} */
                os: "linux" | "macos" | "windows";
                /** @enum {string} */
                arch: "x86_64" | "aarch64";
            }[];
            variants: {
                name: string;
                id: string;
                backend: string;
                platforms: string[];
            }[];
            capabilities: components["schemas"]["Capabilities"];
            pricing: components["schemas"]["Pricing"] | null;
            deprecated: boolean;
            url: string;
            versions_url: string;
            /** @description The PKGBUILD of its folder or a generated one; null where there is none, and none can be generated of the latest release */
            pkgbuild_url: string | null;
            updated_at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getInstallScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The script */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/x-shellscript": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A script that says that no programs are offered, and fails */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/x-shellscript": string;
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPrograms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The programs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Programs"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `no_programs`: The server offers no programs */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPrograms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramsInput"];
            };
        };
        responses: {
            /** @description What is offered now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Programs"];
                };
            };
            /** @description `invalid_format`: Not a valid archive format; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact_not_stored`: The release names bytes that are not stored */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `archive_invalid`: The archive is not acceptable; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description `not_ready`: The server is not ready; `signing_failed`: The metadata cannot be signed */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metrics_unavailable`: The server shows no metrics */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyListWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry per variant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyWorkerList"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyGetWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The variant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegacyWorker"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyGetCloneUrl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloneUrl"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `no_repository`: The worker has no public repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyGetPkgbuild: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The PKGBUILD */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_pkgbuild`: The worker has no PKGBUILD */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlatformBuild: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Whose format it is: `arch` for a PKGBUILD, `homebrew` for a formula */
                platform: "arch" | "homebrew";
                /** @description `dev` builds from source, `prod` installs binaries */
                build: "dev" | "prod";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description PKGBUILD or formula */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `not_found`: No such page; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_formula`: Homebrew cannot name a formula of the worker */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyGetNamedPkgbuild: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Address of a worker, `-bin` (from binaries) or `-git` (from source), and the ending of the format */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The PKGBUILD */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `not_found`: No such page; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    legacyGetNamedFormula: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Address of a worker, `-bin` (from binaries) or `-git` (from source), and the ending of the format */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The formula */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `not_found`: No such page; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_formula`: Homebrew cannot name a formula of the worker */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchWorkers: {
        parameters: {
            query?: {
                /** @description Words; several in quotes stand in this order. All workers where it is left out */
                q?: string;
                /** @description Operating system */
                platform?: (("linux" | "macos" | "windows") | unknown)[];
                /** @description Architecture */
                arch?: ("x86_64" | "aarch64")[];
                /** @description A family such as `gpl`, or one SPDX identifier such as `GPL-3.0-or-later` */
                license?: string[];
                /** @description A backend or a feature, such as `cuda` or `streaming` */
                feature?: string[];
                /** @description A tag; of several a worker has all */
                tag?: string[];
                /** @description Least rating. There are no ratings yet, so that none but 0 finds anything */
                min_rating?: number;
                /** @description What is sold, or what is not */
                price?: ("free" | "paid")[];
                /** @description Whose worker it is */
                source?: ("official" | "community")[];
                /** @description A format of models, such as `gguf` */
                format?: string[];
                /** @description Order; `relevance` where it is left out */
                sort?: "relevance" | "recent" | "downloads" | "rating" | "name";
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Hits per page */
                limit?: number;
                /** @description 1 shows the parts of each score */
                explain?: "0" | "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of hits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_query`: Not a usable query; `invalid_platform`: Not a valid platform; `invalid_filter`: Not a valid filter; `invalid_sort`: Not a valid order; `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchWorkersForHost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchInput"];
            };
        };
        responses: {
            /** @description One page of hits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_cursor`: Not a valid cursor; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggest: {
        parameters: {
            query?: {
                /** @description What was typed so far */
                q?: string;
                /** @description Suggestions, at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suggestions"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_query`: Not a usable query; `invalid_limit`: Not a valid limit */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All tags */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagList"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPublisher: {
        parameters: {
            query?: {
                /** @description Order of its workers; `downloads` where it is left out */
                sort?: "downloads" | "recent" | "name";
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Hits per page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the publisher, as hits name it */
                publisher: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The publisher */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publisher"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_sort`: Not a valid order; `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `publisher_not_found`: No such trusted publisher */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkers: {
        parameters: {
            query?: {
                /** @description Workers per page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
                /** @description Words; several in quotes stand in this order. All workers where it is left out */
                q?: string;
                /** @description Operating system */
                platform?: (("linux" | "macos" | "windows") | unknown)[];
                /** @description Architecture */
                arch?: ("x86_64" | "aarch64")[];
                /** @description A family such as `gpl`, or one SPDX identifier such as `GPL-3.0-or-later` */
                license?: string[];
                /** @description A backend or a feature, such as `cuda` or `streaming` */
                feature?: string[];
                /** @description A tag; of several a worker has all */
                tag?: string[];
                /** @description Least rating. There are no ratings yet, so that none but 0 finds anything */
                min_rating?: number;
                /** @description What is sold, or what is not */
                price?: ("free" | "paid")[];
                /** @description Whose worker it is */
                source?: ("official" | "community")[];
                /** @description A format of models, such as `gguf` */
                format?: string[];
                /** @description Order; `relevance` where it is left out */
                sort?: "relevance" | "recent" | "downloads" | "rating" | "name";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of workers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerList"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor; `invalid_query`: Not a usable query; `invalid_platform`: Not a valid platform; `invalid_filter`: Not a valid filter; `invalid_sort`: Not a valid order */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The worker */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The releases */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Versions"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadme: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Markdown of the author */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `no_readme`: The worker has no README */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChangelog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Markdown of the author */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `no_changelog`: The worker has no changelog */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDependents: {
        parameters: {
            query?: {
                /** @description Workers per page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, sorted by id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dependents"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChecks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerChecks"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `no_checks`: The texts of the worker were not checked */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPkgbuild: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description `dev` builds from source, `prod` installs binaries */
                build?: "dev" | "prod";
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The PKGBUILD */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_pkgbuild`: The worker has no PKGBUILD */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSrcinfo: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description `dev` builds from source, `prod` installs binaries */
                build?: "dev" | "prod";
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The .SRCINFO */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_pkgbuild`: The worker has no PKGBUILD; `no_srcinfo`: What the PKGBUILD states is not known without running it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFormula: {
        parameters: {
            query?: {
                /** @description Semantic version, or `latest`; by default the latest */
                version?: "latest" | string;
                /** @description `dev` builds from source, `prod` installs binaries */
                build?: "dev" | "prod";
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The formula */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant; `no_repository`: The worker has no public repository; `not_buildable`: Nothing says how the worker is built; `no_formula`: Homebrew cannot name a formula of the worker */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCloneUrl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloneUrl"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `no_repository`: The worker has no public repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkerStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerStatistics"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkerLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerLog"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `log_unavailable`: The registry shows no transparency log */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkerKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerKeys"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeWorkerKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyChangeInput"];
            };
        };
        responses: {
            /** @description The keys as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerKeys"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_change_refused`: The change of keys is not authorised; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_change_conflict`: The keys of the worker have changed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `publisher_key_invalid`: Not a usable publisher key; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetWorkerKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyResetInput"];
            };
        };
        responses: {
            /** @description The keys as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerKeys"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_change_refused`: The change of keys is not authorised; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_change_conflict`: The keys of the worker have changed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `publisher_key_invalid`: Not a usable publisher key; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkerEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerEvents"];
                };
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deprecateWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeprecationInput"];
            };
        };
        responses: {
            /** @description The worker as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undeprecateWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The worker as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    orphanWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrphanInput"];
            };
        };
        responses: {
            /** @description What is said of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrphanAnswer"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkerTransfers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferList"];
                };
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferInput"];
            };
        };
        responses: {
            /** @description The same was asked for before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description The request */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_impossible`: The worker cannot be given to this owner; `worker_not_orphaned`: The worker still has an owner; `transfer_open`: Something else was asked for already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTrustedPublishers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedPublishers"];
                };
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTrustedPublisher: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrustedPublisherInput"];
            };
        };
        responses: {
            /** @description It is trusted already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedPublisher"];
                };
            };
            /** @description It is trusted from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedPublisher"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_issuer_unknown`: The identity token is of an issuer that is not believed; `tokens_refused`: The worker takes releases from trusted publishers only; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `name_taken`: The name belongs to another worker; `name_reserved`: The name is reserved; `name_too_similar`: The name can be mistaken for another */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTrustedPublisher: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Id of the trusted publisher */
                publisher_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is trusted no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `publisher_not_found`: No such trusted publisher */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refuseTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokensRefusedInput"];
            };
        };
        responses: {
            /** @description How it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedPublishers"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tokens_refused`: The worker takes releases from trusted publishers only; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version, or `latest` */
                version: "latest" | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The release */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseInput"];
            };
        };
        responses: {
            /** @description It was there already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description The release appeared */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provenance_required`: The worker takes signed releases only; `provenance_invalid`: The provenance is not valid; `provenance_wrong_subject`: The provenance is of something else; `provenance_key_unknown`: The provenance is signed by a key that is not bound; `provenance_key_revoked`: The provenance is signed by a revoked key; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact_not_stored`: The release names bytes that are not stored; `version_conflict`: The version exists with other contents; `name_taken`: The name belongs to another worker; `name_reserved`: The name is reserved; `name_too_similar`: The name can be mistaken for another */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReleaseLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version, or `latest` */
                version: "latest" | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerLog"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `log_unavailable`: The registry shows no transparency log */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRebuilds: {
        parameters: {
            query?: {
                /** @description Attestations per page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of attestations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuilds"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attestRebuild: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RebuildInput"];
            };
        };
        responses: {
            /** @description The key says this already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RebuildAttested"];
                };
            };
            /** @description It was taken */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RebuildAttested"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rebuild_limit`: There are too many attestations of this release */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `publisher_key_invalid`: Not a usable publisher key; `envelope_invalid`: The signed envelope is not valid; `rebuild_invalid`: The attestation of a rebuild is not valid; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProvenance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version */
                version: string;
                /** @description Platform of the artifact, for example `linux-x86_64` */
                platform: string;
                /** @description Variant of the artifact */
                variant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The envelope */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.dsse.envelope.v1+json": components["schemas"]["Envelope"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_platform`: Not a valid platform; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `provenance_not_found`: The artifact has no provenance */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version, or `latest` */
                version: "latest" | string;
                /** @description Platform of the artifact, for example `linux-x86_64` */
                platform: string;
                /** @description Variant of the artifact */
                variant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileList"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_platform`: Not a valid platform; `invalid_variant`: Not a valid variant */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_artifact`: The release has no artifact for this platform and variant; `no_file_list`: The files of the artifact were not recorded */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
                /** @description Platform of the artifact, for example `linux-x86_64` */
                platform: string;
                /** @description Variant of the artifact */
                variant: string;
                /** @description Digest of the archive that is patched, without `sha256:` */
                from: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description There is one already, which stays */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patch"];
                };
            };
            /** @description The patch was added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patch"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_platform`: Not a valid platform; `invalid_variant`: Not a valid variant; `invalid_digest`: Not a valid digest */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_artifact`: The release has no artifact for this platform and variant */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `length_required`: The request states no length */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `patch_invalid`: The patch does not turn the one archive into the other; `size_mismatch`: The size differs from the declared one */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDownload: {
        parameters: {
            query: {
                /** @description Operating system and architecture, for example `linux-x86_64` */
                platform: string;
                /** @description By default the variant of the address, else the worker's default variant */
                variant?: string;
                /** @description By default `tar.gz` */
                format?: "tar.zst" | "tar.gz";
            };
            header?: never;
            path: {
                /** @description Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker */
                id: string;
                /** @description Semantic version, or `latest` */
                version: "latest" | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
            /** @description Redirect to the bytes */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_platform`: Not a valid platform; `invalid_variant`: Not a valid variant; `invalid_format`: Not a valid archive format */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined; `license_required`: A licence is needed; `license_refused`: The licence does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found; `no_binary`: The worker is distributed as source only; `no_artifact`: The release has no artifact for this platform and variant */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    yankRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The release as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unyankRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The release as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quarantineRelease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The release as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseFromQuarantine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The release as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmSecurityFix: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string & (unknown & unknown);
                /** @description Semantic version */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityFixInput"];
            };
        };
        responses: {
            /** @description The release as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            /** @description `invalid_id`: Not a valid id; `invalid_version`: Not a valid version; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `release_not_found`: Release not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTransfers: {
        parameters: {
            query?: {
                /** @description Only transfers that stand so: `asked`, `approved`, `refused`, `cancelled` or `done` */
                status?: "asked" | "approved" | "refused" | "cancelled" | "done";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last 200, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferList"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transfer */
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: No such transfer */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transfer */
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferApproval"];
            };
        };
        responses: {
            /** @description The transfer as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: No such transfer */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_closed`: The transfer is decided already; `transfer_open`: Something else was asked for already; `transfer_impossible`: The worker cannot be given to this owner */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refuseTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transfer */
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The transfer as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: No such transfer */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_closed`: The transfer is decided already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transfer */
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandingInput"];
            };
        };
        responses: {
            /** @description The transfer as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: No such transfer */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_closed`: The transfer is decided already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    objectToTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transfer */
                transfer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Objection"];
            };
        };
        responses: {
            /** @description The transfer as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `objection_invalid`: The code is not the one that was sent */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_closed`: The transfer is decided already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    strikeRebuilder: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StrikeInput"];
            };
        };
        responses: {
            /** @description How the rebuilder stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Strike"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: No such page */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRevocations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocations"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_ready`: The server is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBlob: {
        parameters: {
            query?: {
                /** @description Of an address that `download` answered for a licence: when it ends, in seconds since 1970 */
                expires?: number;
                /** @description Of an address that `download` answered for a licence */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description SHA-256 of the bytes, in lower-case hexadecimal digits */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Redirect to the object store, for what is sold; no licence is sent there */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_digest`: Not a valid digest */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quarantined`: The release is quarantined; `license_required`: A licence is needed; `license_refused`: The licence does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `blob_not_found`: Blob not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `range_not_satisfiable`: The range lies outside the file */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description SHA-256 of the bytes, in lower-case hexadecimal digits */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description PNG, JPEG or WebP */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": unknown;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_digest`: Not a valid digest */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image_not_found`: No such picture */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishRoot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignedRootInput"];
            };
        };
        responses: {
            /** @description The newest root */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedRoot"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `keys_elsewhere`: The keys lie with the server */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata_invalid`: The signed metadata is malformed; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `signing_failed`: The metadata cannot be signed */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignedMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `timestamp.json`, or `N.root.json`, `N.snapshot.json`, `N.targets.json`, `N.bin-000.json` of a version N */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedMetadata"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `metadata_not_found`: No such file of signed metadata */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignedDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The SHA-256 that the metadata gives for `NAME.json`, and then `.NAME.json` */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedDocument"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `metadata_not_found`: No such file of signed metadata */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignedWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The SHA-256 that the metadata gives for `workers/WORKER.json`, and then `.WORKER.json` */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerIndex"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `metadata_not_found`: No such file of signed metadata */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLogCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `log_unavailable`: The registry shows no transparency log */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLogKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `log_unavailable`: The registry shows no transparency log */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatisticsOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatisticsOverview"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadInput"];
            };
        };
        responses: {
            /** @description The bytes are stored already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadState"];
                };
            };
            /** @description Parts are expected */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadState"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `archive_too_large`: The archive is too large; `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the upload */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadState"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_found`: Upload not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_expired`: The upload has expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    abandonUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the upload */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its parts are removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_found`: Upload not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writePart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the upload */
                upload_id: string;
                /** @description Number of the part, from 1 */
                part: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The part arrived */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadState"];
                };
            };
            /** @description `part_invalid`: The part does not belong to this upload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_found`: Upload not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_expired`: The upload has expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `length_required`: The request states no length */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `size_mismatch`: The size differs from the declared one */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the upload */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive is stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadState"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_found`: Upload not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_incomplete`: Parts of the upload are missing */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_expired`: The upload has expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `archive_too_large`: The archive is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `size_mismatch`: The size differs from the declared one; `digest_mismatch`: The bytes differ from the declared digest; `archive_invalid`: The archive is not acceptable */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalogStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All catalogs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogStatus"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncCatalogs: {
        parameters: {
            query?: {
                /** @description How long the answer may wait for the end of the sync, in seconds */
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CatalogSyncInput"];
            };
        };
        responses: {
            /** @description What came of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogSyncReport"];
                };
            };
            /** @description It takes longer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogSyncReport"];
                };
            };
            /** @description `bad_request`: The request cannot be understood; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `catalog_not_found`: No such catalog */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sync_elsewhere`: This server reads no catalogs itself */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_ready`: The server is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description SHA-256 of the bytes, in lower-case hexadecimal digits */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description It is there already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredImage"];
                };
            };
            /** @description The picture was added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredImage"];
                };
            };
            /** @description `invalid_digest`: Not a valid digest */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `length_required`: The request states no length */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `size_mismatch`: The size differs from the declared one; `digest_mismatch`: The bytes differ from the declared digest; `image_invalid`: The picture cannot be shown */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncInput"];
            };
        };
        responses: {
            /** @description What is needed */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncState"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `catalog_limit`: The catalog exceeds a limit; `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dropCatalog: {
        parameters: {
            query: {
                /** @description Name of the catalog, as `GET /v1/catalog/status` tells it */
                catalog: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was taken away */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogDropped"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `catalog_not_found`: No such catalog */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSyncEntries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sync */
                sync_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncEntries"];
            };
        };
        responses: {
            /** @description What became of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncEntriesResult"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sync_not_found`: Sync not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sync */
                sync_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncFinish"];
            };
        };
        responses: {
            /** @description The state of the catalog */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncFinished"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sync_not_found`: Sync not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLicenses: {
        parameters: {
            query?: {
                /** @description Workers per page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of licences */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LicenseList"];
                };
            };
            /** @description `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issueLicense: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LicenseInput"];
            };
        };
        responses: {
            /** @description The licence and its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LicenseAnswer"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `worker_not_found`: Worker not found; `license_unavailable`: The registry issues no licences */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyLicense: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LicenseCheck"];
            };
        };
        responses: {
            /** @description What it allows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LicenseVerdict"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activateSeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeatActivation"];
            };
        };
        responses: {
            /** @description The seat and a lease of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Seat"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_refused`: The licence does not allow this; `seats_exhausted`: All seats of the licence are taken */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_unavailable`: The registry issues no licences */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewSeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeatUse"];
            };
        };
        responses: {
            /** @description The seat and a lease of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Seat"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_refused`: The licence does not allow this; `seats_exhausted`: All seats of the licence are taken */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `seat_not_found`: The machine has no seat of the licence; `license_unavailable`: The registry issues no licences */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseSeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeatUse"];
            };
        };
        responses: {
            /** @description It has none any more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeatReleased"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_refused`: The licence does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLicenseKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LicenseKey"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `license_unavailable`: The registry issues no licences */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLicense: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the licence */
                license_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The licence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_not_found`: No such licence */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeLicense: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the licence */
                license_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LicenseRevocation"];
            };
        };
        responses: {
            /** @description The licence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_not_found`: No such licence */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extendLicense: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the licence */
                license_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LicenseExtension"];
            };
        };
        responses: {
            /** @description The licence and its new token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LicenseAnswer"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_refused`: The licence does not allow this; `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_not_found`: No such licence; `license_unavailable`: The registry issues no licences */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSeats: {
        parameters: {
            query?: {
                /** @description Workers per page */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the licence */
                license_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of seats */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeatList"];
                };
            };
            /** @description `invalid_limit`: Not a valid limit; `invalid_cursor`: Not a valid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_not_found`: No such licence */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takeSeatAway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the licence */
                license_id: string;
                /** @description Fingerprint of the machine, for this licence */
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is free */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeatReleased"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `license_not_found`: No such licence; `seat_not_found`: The machine has no seat of the licence */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    githubWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Nothing has to be done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
                };
            };
            /** @description A sync is scheduled */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: The request cannot be understood; `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `signature_missing`: The delivery is not signed; `signature_invalid`: The signature does not belong to this delivery */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_configured`: The server takes no webhooks */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sync_elsewhere`: This server reads no catalogs itself */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exchangeIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityExchange"];
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangedToken"];
                };
            };
            /** @description Unchanged since the tag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_token_invalid`: The identity token is malformed; `oidc_signature_invalid`: The identity token is not signed by its issuer; `oidc_token_expired`: The identity token is too old; `oidc_token_early`: The identity token is not valid yet */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_issuer_unknown`: The identity token is of an issuer that is not believed; `oidc_audience_mismatch`: The identity token is meant for somebody else; `oidc_event_refused`: Runs of this kind may not publish; `oidc_no_publisher`: The worker has no trusted publisher; `oidc_claim_mismatch`: The run is not one of a trusted publisher */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_unavailable`: The server exchanges no identity tokens */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_token_used`: The identity token was used before */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The bytes are no longer those that were asked for */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `oidc_provider_unreachable`: The keys of the issuer cannot be fetched; `oidc_provider_invalid`: The issuer answered something unusable */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    currentToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentToken"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address, masked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactInput"];
            };
        };
        responses: {
            /** @description The address, masked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description `invalid_json`: The body is not valid JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body has the wrong media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: The body does not have the expected shape */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token, not its text */
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is no longer valid */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `token_missing`: A token is needed; `token_invalid`: The token is not valid; `token_expired`: The token has expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The token does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: No such page */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
