/** Words of what the browser keeps of regions; a part of `en.ts`. */
export const enRecovery = {
  "recovery.title": "Regions kept in this browser",
  "recovery.open": "Regions kept in this browser…",
  "command.recovery": "Regions kept in this browser: export, restore, delete…",
  "recovery.text":
    "All that was drawn in this browser, newest first, whether its slide can be opened or not. None of it leaves this computer.",
  "recovery.reading": "Reading…",
  "recovery.nothing": "Nothing is kept in this browser.",
  "recovery.back": "To the start page",
  "recovery.room": "{{used}} of {{quota}} used by this site.",
  "recovery.persisted": "The browser keeps it until you clear it yourself.",
  "recovery.evictable": "The browser may clear it when its disk is full: export what matters.",
  "recovery.unknown": "The browser does not say whether it may clear it: export what matters.",
  "recovery.persist": "Ask the browser to keep it",
  "recovery.changed": "changed {{time}}",
  "recovery.untitled": "Slide {{key}}, its name is lost",
  "recovery.unsaved_one": "{{count}} step stands only in the second copy. Restoring brings it back.",
  "recovery.unsaved_other": "{{count}} steps stand only in the second copy. Restoring brings them back.",
  "recovery.cured_one": "{{count}} step is damaged, and whole in the second copy. Restoring brings it back.",
  "recovery.cured_other":
    "{{count}} steps are damaged, and whole in the second copy. Restoring brings them back.",
  "recovery.lost_one":
    "{{count}} step cannot be read anywhere. Restoring keeps all the others; a named version may hold more.",
  "recovery.lost_other":
    "{{count}} steps cannot be read anywhere. Restoring keeps all the others; a named version may hold more.",
  "recovery.lostWhole_one":
    "{{count}} step is damaged; the regions are whole. Restoring keeps them, without undoing that step.",
  "recovery.lostWhole_other":
    "{{count}} steps are damaged; the regions are whole. Restoring keeps them, without undoing those steps.",
  "recovery.restore": "Restore",
  "recovery.restoreNamed": "Restore {{title}}",
  "recovery.exportNamed": "Export {{title}} as GeoJSON",
  "recovery.versions": "Versions",
  "recovery.versionsNamed": "Versions of {{title}}",
  "recovery.exportVersion": "Export “{{name}}”",
  "recovery.restoreVersion": "Go back to “{{name}}”",
  "recovery.delete": "Delete {{title}}",
  "recovery.deleteAsk_one": "Delete {{n}} region with all its history for good?",
  "recovery.deleteAsk_other": "Delete {{n}} regions with all their history for good?",
  "recovery.deleteDo": "Delete for good",
  "recovery.exportAll": "Export all (.zip of GeoJSON)",
  "linked.choose": "Link a file that every step is written to…",
  "command.linkFile": "Link a GeoJSON file that every step is written to…",
  "linked.written": "Also in {{name}}",
  "linked.writing": "Writing {{name}}…",
  "linked.unlink": "Unlink",
  "linked.unlinkNamed": "Write {{name}} no more",
  "linked.asks":
    "The browser asks again before it writes {{name}}: since the page was opened, nothing was written there.",
  "linked.allow": "Allow writing",
  "linked.changed":
    "{{name}} was changed, moved or deleted by another program. It is left as it is until you choose.",
  "linked.takeIn": "Add what it holds",
  "linked.overwrite": "Write over it",
  "identity.title": "Are these the regions of this slide?",
  "identity.text":
    "The slide's content cannot tell it from one that regions are kept of. If it is the same slide, use them; if not, keep it apart: nothing is mixed, and nothing is lost.",
  "identity.use": "Use them",
  "identity.useNamed": "Use the regions of {{title}}",
  "identity.apart": "Keep apart",
} as const;
