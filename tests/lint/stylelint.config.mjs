// The rules for the stylesheet of the pages.

export default {
  extends: "stylelint-config-recommended",
  reportNeedlessDisables: true,
  reportInvalidScopeDisables: true,
  reportDescriptionlessDisables: true,
  rules: {
    // A colour outside the two lists at the top would stay as it is in the dark.
    "declaration-property-value-disallowed-list": { "/^(?!--)/": ["/#[0-9a-f]{3,8}\\b/i"] },
    "color-named": "never",
    "no-unknown-custom-properties": true,
    // Pages load nothing from elsewhere; their policy would refuse it.
    "at-rule-disallowed-list": ["import", "charset"],
    "function-url-scheme-disallowed-list": ["http", "https", "data"],
    "function-url-no-scheme-relative": true,
    "shorthand-property-no-redundant-values": true,
    "declaration-block-no-redundant-longhand-properties": true,
    // The sheet goes by topic; what it would compare are rules of different parts of different pages.
    "no-descending-specificity": null,
    "property-no-vendor-prefix": true,
    "value-no-vendor-prefix": true,
  },
};
