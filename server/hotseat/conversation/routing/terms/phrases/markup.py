"""Questions in everyday words: html, css. See `terms` for the format."""

PHRASES = {
    "html": (
        """
        accessibility + form|table|icon|image|tree|label, accessible +
        name|table|form|icon|menu|tab|markup|button|modal, accordion + native|details, address +
        element|field|autocomplete, alt + image|empty|decorative|text|logo, ampersand, anchor +
        link|section|page|id|jump, announce + screen|reader|live|change, article + section,
        attribute + boolean|which|data|custom|hidden|global|lang|open|deprecated, attributes +
        data|boolean|global|custom, audio + control|autoplay|source|element, autocomplete +
        field|off|browser|address|input|password|form, autofill, boolean attribute, boolean
        attributes, breadcrumb + markup|nav|list, browser + offer|fill|suggest|validate|autofill
        + field|form|password, button + type|submit|link|reset|form|default|inside, canvas +
        fallback|accessible, caption + image|table|figure|video, cell + span|header|merge|table,
        charset, checkbox + unchecked|value|submit|group|label|indeterminate, citation + quote,
        comment + conditional|page|nested + markup, date + picker|input|machine|element,
        decorative, defer + async|script, deprecated + tag|element|attribute|center, description
        + meta|search|page, details + open|summary|arrow|accordion, dialog +
        native|element|modal|close|backdrop|open|form, div +
        span|section|semantic|button|inside|paragraph, doctype + quirk, download +
        link|attribute|file name, dropdown + native|option|select|placeholder, element +
        semantic|heading|which|inline|block|right, email + template|client|outlook|table|layout,
        embed + video|map|page|frame|svg|pdf|player, encoding + page|meta|umlaut, entity +
        space|escape|character, escape + ampersand|angle|less than, favicon + size|svg|dark,
        field + required|label|autocomplete|keyboard|number|phone|pattern|hint|focus|email|
        password|disabled|readonly|name, fields + group|required|label|legend, fill in +
        browser|password|old|address, focus + order|trap|visible|first|dialog|field, focus its
        field, footer + element|nav|address, form +
        nested|submit|method|enctype|post|get|action|button|reset|validate|novalidate|
        two|default|enter|get + markup|button|field|attribute|without script, frame +
        sandbox|embed|page|height, group + radio|field|option|label, head +
        script|order|style|belongs, head or body, header + table|cell|column|scope|screen,
        heading + level|order|skip|first|one, headings + level|order|nest|one, hidden +
        field|attribute|screen|element|input, icon + favicon|home|apple|touch|button|label,
        iframe + height|sandbox|responsive|title, image +
        alt|lazy|responsive|caption|map|decorat|srcset|retina|picture|link|width and
        height|dimension, images + alt|lazy|responsive|retina|decorative, inner + list|one|item,
        input + type|required|pattern|number|date|label|file|multiple|min|max|step|placeholder|
        search|list|suggest, inside a button, inside a link, inside a paragraph, jump +
        section|page|heading, keyboard + focus|navigation|tab|order|trap, keyboard +
        phone|number|field|numeric|mobile, label +
        field|focus|input|click|for|hidden|checkbox|wrap|associate|control, label should focus,
        landmark + main|role|navigation, language + page|attribute|declare, link + new
        tab|tab|download|button|phone|mail|anchor|section|skip|page|nofollow|safely, list +
        nested|terms|definition|inner|description|inside|numbered|start|reversed|bullet, load +
        script|lazy|font + order|head, mail link, markup +
        accessible|semantic|valid|correct|table|list|form, meanings + terms, merged cells, meta
        + tag|viewport|refresh|robots|charset|description, microdata, modal +
        native|dialog|accessible, nav + list|landmark|element|footer, nbsp, nest +
        paragraph|link|list|form|button, new tab, newsletter + table|outlook|client|layout,
        noindex, non-breaking, number keyboard, numbered list + start|reverse|nested, offering
        to fill in, only one can be chosen, option +
        selected|disabled|group|default|placeholder, options + group|select|disabled|list,
        outlook, page +
        language|title|description|favicon|print|reload|viewport|refresh|charset|share preview,
        paragraph + inside|div|list|block|nested, password +
        offer|browser|fill|autocomplete|field|manager|save|show, phone +
        keyboard|field|input|link|number, picker + date|colour|color|native, placeholder +
        label|instead|field, preload + font|image|script, preview + link|share|social|card,
        progress + bar|element|value, quirks mode, quote + block|cite|inline, radio +
        button|group|choose|required|name|default, read + screen|aloud, read aloud, read out,
        reader + screen|skip|hide|announce|table|heading, required +
        field|input|mark|form|checkbox|html, rich result, rich results, right element, right
        tag, robots, role + button|presentation|alert|tab|list|attribute, screen + reader,
        script + defer|async|head|body|module|where|inline|order|end, search engine +
        index|result|meta|canonical, section + article|heading|div, select +
        option|placeholder|group|multiple|size|default|disabled, share preview, skip +
        navigation|link|content, slider + range|input|native, social + preview|card|meta, span
        two, special characters + page|escape, structured data, submit + button|enter|two|form +
        type|form|default, suggestions + input|list|native, svg +
        inline|title|use|icon|sprite|accessible, tab + safely|link|new, tab order, table +
        header|screen reader|caption|scope|accessible|row header|heading|span, tag +
        right|which|list|correct|heading|semantic|used, template + element|slot|clone, terms +
        meaning|definition|list, terms and their meanings, title + page|attribute|tag|tooltip,
        umlauts, unchecked, valid markup, video +
        subtitle|poster|embed|autoplay|muted|captions|source|controls|track, viewport +
        meta|scale|zoom, which element, which tag, zoom + disable|viewport|mobile
        """,
        """
        accessibility, accessible, attribute, attributes, autofill, browser + field, caption,
        checkbox, checkboxes, definition, field, fields, form field, heading, input field,
        label, labels, legend, link, markup, native, nested list, no script, number keyboard,
        placeholder, poster, radio, screen reader, semantic, subtitles, tag, tags, valid,
        validator, without script
        """,
    ),
    "css": (
        """
        100% + height|width|parent|wide|inner, address bar + height|mobile, align +
        right|bottom|baseline|last|icon|text|vertical|item|left|self|button, animate +
        height|appear|hover|svg|width|gradient|scroll|display|entrance|loop|from|to auto,
        animation + pause|loop|end|keyframe|delay|once|reduced|scroll|jank|stagger|smooth, arrow
        + tooltip|triangle|border|select|bubble, aspect + ratio|video|box, background +
        image|blur|fixed|gradient|cover|repeat|colour|color|transparent|opacity|full|
        scroll|stripe, behind + menu|modal|header|text|background, blurry, border +
        box|round|collapse|gradient|inside|width|hover|shift|triangle|bottom|image, both ways,
        bottom + page|footer|stick|align|right|container, breakpoint +
        variable|choose|tablet|media, bullet + list|custom|colour|remove|image, bullets +
        list|remove|colour, card + flip|hover|shadow|grid|equal|height|layout, cascade, center +
        box|both|vertical|text|div|horizontal|absolute|image|grid|flex|page|modal|icon, centre +
        box|both|vertical|text|div|horizontal|absolute|image|grid|flex|page|modal|icon, checkbox
        + style|custom|switch|colour|tick, circle + text|image|progress|border|around, class +
        apply|override|selector|combine|specific|priority|bem|same|wins|nested, clear + float,
        color + dark|theme|link|variable|background|text|gradient|scheme|accent|contrast|
        placeholder|hover|selection|svg|icon|mix, colour +
        dark|theme|link|variable|background|text|gradient|scheme|accent|contrast|
        placeholder|hover|selection|svg|icon|mix, colours +
        dark|theme|variable|scheme|switch|invert, column +
        equal|height|width|last|three|two|wide|break|sticky|gap|count|rest|fixed, columns +
        equal|height|three|two|wide|responsive|stack|gap|same|four|width|narrow|rest, container
        + width|query|overflow|center|max|flex|grid|height|full|scroll|size, corner +
        round|border|cut|ribbon, counter + list|section|heading, cover each other, covered by,
        covering, covers + menu|header|content|text, cursor + hand|pointer|custom|drag, custom +
        property|properties|scroll|bullet|font|checkbox, cut off + dots, dark +
        mode|theme|scheme|colour, display +
        none|flex|grid|inline|block|contents|transition|table, distorted, dots +
        cut|text|end|overflow, drop cap, edge + right|left|screen|stick|sit, equal height, even
        rows, fade + in|out|edge|scroll, fill +
        height|remaining|rest|width|viewport|space|parent, first letter, first line +
        text|indent, fixed + header|footer|width|background|position|sidebar|mobile, flash +
        unstyled|font|text|content, flex +
        grow|shrink|wrap|center|column|direction|gap|last|item|basis|order|overflow|min|
        equal|space|grid|child|align|height|row, flex or grid, flip + card|hover|faces|3d|side,
        float + left|clear|text|image|parent|right, focus + ring|style|outline|visible|keyboard,
        font + size|load|weight|fallback|jump|face|web|local|variable|icon|responsive|family|
        swap|viewport|flash|missing|blurry|inherit, fonts + load|fallback|local|web|swap|flash,
        footer + bottom|short|stay|stick, from nothing, full height, full width +
        container|break|image|section, gap +
        flex|grid|between|inline|image|below|row|images|columns|under, gap under, gradient +
        text|border|background|animate, grid +
        area|column|gap|span|auto|row|fit|item|template|nested|height|responsive|dense|
        overlap|line|flex|full|wide|implicit, grid or flex, hand cursor, header +
        top|stay|stick|scroll|fixed|shadow|overlap, height +
        percent|auto|nothing|animate|viewport|100|full|parent|equal|min|child|natural|
        screen|transition|row|iframe|mobile, hide +
        element|visually|scrollbar|mobile|phone|print|text|arrow|number|overflow|
        keyboard, hover +
        scale|touch|shadow|colour|underline|delay|child|parent|menu|image|effect|show|
        card|transition|button|flip|phone|mobile, hovered, icon +
        align|text|vertical|size|colour|spin|baseline|center|rotate|font, image +
        stretch|gap|distort|cover|crop|round|below|fit|fill|container|blur|squash|
        aspect|overflow|background|shrink|ratio|caption|grey, images +
        same|height|grid|stretch|crop|row|ratio, important + override|avoid|inline, in front of
        + menu|modal|header|other, in the middle, indent + list|text|hang, inherit +
        style|font|colour|size|parent, inherited + font|style|colour|size, inline +
        block|gap|style|space|flex, item +
        last|right|grow|shrink|wrap|order|grid|span|flex|first|row, items +
        wrap|grow|space|grid|row|align|equal|order|flex|last|shrink, last item +
        row|right|edge|border|margin|grid, layout +
        shift|grid|column|responsive|sidebar|holy|break|three|two|mobile|card, left edge, letter
        + space|first|drop|big, line + clamp|height|break|two|under|through|wrap|three, list +
        bullet|padding|indent|gap left|inline|marker|horizontal|counter, long +
        word|url|text|title + break|wrap|overflow|cut, look + switch|button|link|different|same,
        margin + sum|between|collapse|negative|auto|first|paragraph|both|parent|outside|heading|
        percent|top|child, margins + add|collapse|sum|between|both, media +
        query|queries|print|width|dark|hover, menu +
        dropdown|covered|hover|mobile|behind|slide|overlap|width, middle +
        screen|page|box|vertical, mobile + layout|menu|height|zoom|hide|address
        bar|viewport|column|hover, mouse + over|hover|link|underline|pointer|cursor|leave,
        natural height, natural size, nest + selector|rule|media|class, nesting +
        selector|native|rule, nicely styled, on phones, opacity +
        background|child|text|hover|transition, outline + focus|remove|button|offset, over the
        link, overflow +
        button|text|container|scroll|hidden|parent|phone|child|clip|width|flex|grid, overflows +
        button|text|container|parent|phone|box|width, overlap +
        menu|header|box|card|image|text|element, overlaps, overrides +
        style|rule|class|important, page break, page is short, parent + child +
        height|width|hover|overflow|margin|position|select|style|size, phones, pixel +
        ratio|blurry|rem|perfect|round|border, pixels + rem|em|why|blurry, placeholder +
        colour|color|style|transparent, position +
        fixed|absolute|sticky|relative|corner|bottom|parent, print +
        page|style|hide|break|background|colour|url|margin, printed + page|link|hide, printing +
        hide|page|background, push + right|bottom|last|end, ratio + aspect|keep|image|video|box,
        rem + em|px|pixel|root, remaining + space|height|width, responsive +
        layout|grid|font|table|menu|image|text|column|type|card, rest of the +
        width|height|row|space, ribbon, right edge, ring + progress|focus|animate, rounded +
        corner|border|table|image, rule +
        override|wins|specific|ignored|applied|order|media|important, same height, same width,
        screens + small|wide|narrow|large|hide, scroll +
        snap|horizontal|smooth|behind|lock|bar|shadow|container|margin|anchor|offset, scrollbar
        + hide|style|shift|width|thin|jump, scrolling +
        header|top|stay|background|smooth|horizontal|shadow|snap, selector +
        parent|child|class|attribute|sibling|specific|not|first|contain|priority, shadow +
        text|box|inner|overflow|one side|below|drop, sidebar +
        fixed|sticky|wide|width|scroll|collapse|small|main, small +
        screen|screens|phone|display, space +
        between|under|image|below|inline|around|remaining|evenly|left|right|above, spin +
        icon|loader, spinner + animate|loader|center, square + grid|box|ratio|keep|responsive,
        squashed, stacking, stay + top|bottom|visible|scrolling|place, stay on top, stays on
        top, sticky + header|sidebar|work|table|column|overflow|parent|top, stretch +
        image|column|height|item|full|width|window|background, stretches, stripe +
        background|row|table, striped, style +
        checkbox|input|scrollbar|select|file|range|first|child|parent|link|print|
        external|inline|apply|placeholder|radio|button|switch|disabled|even|class|
        override, styled + checkbox|nicely|input|select, svg +
        colour|color|fill|hover|size|scale|style, table +
        sticky|stripe|scroll|width|border|column|responsive|hover|layout|cell|wide +
        style|phone|column|narrow|row|header, tablet, take the rest, text +
        overflow|cut|dots|wrap|shadow|centre|gradient|selection|truncate|two
        lines|vertical|column|baseline|jump|size|button|ellipsis|align|colour|rotate|
        break, text jumping, theme + dark|variable|toggle|light|switch, tooltip +
        arrow|hover|position|style, transition +
        height|display|delay|not|auto|hover|visible|appear, transparent +
        background|text|image|header, triangle + border|arrow|clip, two faces, two lines +
        cut|clamp|text|limit, underline, underline +
        hover|link|animate|colour|thick|remove|mouse|only, unit + viewport|relative|rem|percent,
        unstyled, unstyled content, variable +
        colour|theme|fallback|calc|scope|dark|media|breakpoint, vertical +
        align|centre|center|rhythm|text|middle, viewport + unit|height|width|mobile|font,
        visible + hidden|display|hover|focus|screen, visually hidden, while scrolling,
        whitespace + between|inline, width +
        percent|min|max|content|fit|viewport|flex|scroll|border|box|padding|column|
        fixed|shrink|overflow|100, window + wide|narrow|resize|width|small|large +
        image|layout|column|text|font|grid, wins + rule|class|style|selector, with dots, word +
        break|wrap|long|hyphen, wrap + flex|text|item|line|row|long|word|grid|inline, wraps +
        line|text|word, z-index + effect|modal|menu|stack|parent, zebra
        """,
        """
        align, aligned, alignment, animate, animation, animations, appearance, background,
        border, centered, centred, color, colors, colour, colours, column, columns, corner,
        corners, dark, dark mode, font, fonts, gap, hover, layout, look, look and feel, margin,
        margins, mobile, nicely, on phones, overlap, overlaps, padding, pixel, pixels,
        responsive, rounded, screen, scroll, scrolling, selector, selectors, shadow, sidebar,
        small screen, spacing, sticky, stretches, style, styles, stylesheet, styling, theme,
        transition, underline, width, wrap, wraps
        """,
    ),
}
