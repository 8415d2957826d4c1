// Tags of actions can be moved; commits cannot. All are GitHub's own.

const CHECKOUT = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2'
/** Keeps a file with the run of a workflow. */
export const UPLOAD_ARTIFACT = 'actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0'

/** The step that puts the commit of a workflow on the disk, with everything before it and without the token. */
export const CHECKOUT_STEP = `      - uses: ${CHECKOUT}
        with:
          # Who was there first decides between two workers that want a name: that takes the whole history.
          fetch-depth: 0
          persist-credentials: false`
