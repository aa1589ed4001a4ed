"""Markup and styles. See the folder's `__init__` for the format."""

TERMS = {
    "html": (
        """
        <a>, <article>, <body>, <button>, <details>, <dialog>, <div>, <footer>, <form>, <head>,
        <header>, <iframe>, <img>, <input>, <label>, <link>, <main>, <meta>, <nav>, <p>,
        <script>, <section>, <select>, <span>, <table>, <ul>, <video>, a inside a, accessible
        name, alt, alt + image|decoration, alt attribute, alt text, another language + word,
        apple-touch-icon, aria, aria-describedby, aria-hidden, aria-live, article element,
        assistive, async or defer, async script, autocomplete, autocomplete token, autofocus, b
        or strong, base href, blind, block element in inline, blockquote, bold + meaning,
        browser + submit|form|button|validat, button + form|type|submit|inside|link, button +
        icon|name|label|without text, button in a form, button or a link, button or link, button
        without type, canonical link, cell + span, character + encoding|umlaut, charset,
        checkbox + label|form|value|unchecked, closing tag, collapsible, colspan, comment in,
        contenteditable, crawlers, crossorigin, datalist, decoration + image|alt, defer
        attribute, defer or async, definition list, description list, details and summary,
        dialog element, disabled or readonly, div inside a, div or, div or section, dl or,
        doctype, em or i, email template table, emphasis, empty alt, enctype, expandable,
        favicon, favicons, fetchpriority, field + label|required|keyboard|autofill|description,
        fieldset, figcaption, figure element, figure or, file + input + accept, focus order, for
        attribute, form + button|field|label|input|submit|type|attribute|keyboard|required,
        gallery + markup, h1 and h2, h2, h3, h4, heading + level|section|order|page|size,
        heading hierarchy, heading order, headings + level|section|order|page, hidden field,
        html entity, html page, html5, icon + button|label|reader|title, id and name, id or
        name, iframe + sandbox|load|allow, image + decoration|alt|description|lazy|caption|size
        attribute, image + link|map|width|lazy|caption|picture|dimension, input +
        number|date|email|label|required|pattern|type|numeric|keyboard, input +
        phone|keypad|zero|name|range|color|file, input type, input type number, inputmode,
        integrity attribute, json-ld, keyboard + focus|tab|button, keyboard user, keypad, keypad
        + input, label + field|input, labels + fields, landmarks, lang attribute, language +
        word|page|reader|text|attribute, lazy loading, link + new
        tab|button|phone|email|download|open, link + phone|mail|same page|image|download, link
        inside a button, link or button, list + nested|ordered|number|definition, list +
        terms|steps|description, loading lazy, loading=lazy, manifest link, markup, maxlength,
        meta description, meta tag, meta viewport, method get or post of a form, microdata,
        microformat, minlength, multipart/form-data, multiple select, nav element, nested list,
        nested lists, noopener, noscript, novalidate, numeric keypad, og:image, one h1, open +
        new tab, optgroup, p inside p, page + language|title|heading|landmark|one, pattern
        attribute, phone + input|keypad|call, picture element, plain markup, popover attribute,
        preconnect, quotes + attribute, radio + group|button|label, radio buttons, readonly or
        disabled, rel canonical, rel=noopener, role attribute, role=, role=button, rowspan,
        schema.org, scope=col, screen + reader, screen reader, screen reader +
        word|hide|announce|read, screen readers, script + head|body|defer|async|order + page,
        script at the end of the body, script in the head, search + field|form|role, search
        engine + heading, section or article, self closing, self-closing, semantic element,
        semantic markup, semantic tag, share + preview|image, sizes attribute, skip a heading,
        skip link, skip to content, slot element, social + preview|share, special character,
        spellcheck, srcset, strong or b, structured data, submit + form|button|enter|type,
        subtitles track, svg sprite, tab order, table + header|caption|cell|scope|accessible,
        table + head|foot|group|caption, table caption, table head + tags, target _blank,
        target=_blank, tbody, template tag, text + important|strong|emphasi|small print,
        textarea, th and td, thead and tbody, title attribute, tooltip, tooltip + attribute,
        track element, type date, type=, type=email, type=number, type=tel, unchecked +
        checkbox, use element, utf-8 meta, video + autoplay|caption|muted|poster, video
        autoplay, visually impaired, void element, wcag, webp fallback, which element, which
        tag, without javascript + form|accordion|open
        """,
        """
        a form, abbreviation, anchor link, aria-label, audio element, autocomplete attribute,
        breadcrumbs, browser fill, button type, caption, character entity, checkbox group, close
        button, contact page, data attribute, decorative, details element, dialog, div, dropdown
        list, element, element + inside, embed, embed a map, embed a video, file field, fill in,
        fill it in, form element, form field, form fields, form validation without javascript,
        fragment, group + question, h1, heading, heading level, headings, iframe, image
        description, inline svg, input, input fields, jump to, label for an input, landmark,
        lazy loading of images, link rel, list or table, login page, main content, mark a word,
        mark up, menu markup, nav, navigation, nbsp, nested inside, nesting, new tab, open
        graph, opens in a new tab, page language, page title, page with, password field,
        placeholder attribute, progress bar, quotation, radio group, reader, required attribute,
        required field, responsive image, script defer, select element, semantic, semantically,
        span, span or div, submit, subresource, tabindex, table for layout, tags, template
        element, the form, thead, time element, unordered list, valid markup, validator
        complains, video element
        """,
        """
        accessibility, accessible, address, anchor, article, aside, attribute, body, button,
        checkbox, data-, dropdown, field, form, head, image, input field, label, legend, link,
        list, list element, member, meter, modal, nested, on phones, ordered list, page, page
        structure, paragraph, phone number, picture, placeholder, preload, quote, radio button,
        section, sections, semantics, submit button, svg inline, table header, tag, user agent,
        viewport, web page
        """,
    ),
    "css": (
        """
        !important, 100% height, 100vh, ::after, ::before, ::marker, ::placeholder,
        :first-child, :focus-visible, :has, :hover, :is, :last-child, :not, :nth-child, :root,
        :where, @apply, @container, @font-face, @import, @keyframes, @layer, @media, @property,
        @supports, above the other, absolute and relative, adjacent sibling, align items,
        align-items, align-self, animate height, animate to auto, arrow + border, aspect ratio,
        attribute selector, auto-fill, auto-fit, autoprefixer, backdrop-filter, background +
        image|fixed|repeat|scroll|video|fill|whole, background cover, background-size, behind
        the header, bem, bootstrap grid, border + inside|width|between|last, border box,
        border-collapse, border-radius, box +
        height|width|inner|shadow|center|middle|border|overlap|grow, box model, box sizing,
        box-shadow, box-sizing, boxes, breakpoint, breakpoints, button +
        hover|colour|color|style|round|same width, buttons + wide|width|equal|same|row|gap,
        calc(), cards + row|height|equal|wrap|column, cascade, cascade layer, center + div,
        center a div, centering, centre, centre + vertical, centre a div, centred, centring,
        child selector, clamp(), class + id + wins|colour|color|strong, classes +
        colour|color|wins|order|same|specific, clear float, clearfix, clip-path, collapsing
        margin, color + link|hover|dark|variable|theme|background, color-scheme, colour +
        link|hover|dark|variable|theme|background|visited, colour scheme, column-count, columns
        + equal|width|height|row|same, columns + phone|mobile|narrow|small screen, container
        queries, container query, counter-increment, covered, css grid, css module, css modules,
        css variable, css-in-js, cubic-bezier, currentcolor, cursor pointer, custom properties,
        custom property, cut off text, dark + colour|color|mode|variable, dark theme, descendant
        selector, disabled + look|colour|grey, display: contents, display: flex, display: grid,
        display: none, drop shadow, dvh, ease-in, element + centre|center|hide|top
        of|hover|fade|move|position|rotate, em and rem, em or rem, equal + wide|width|size,
        equal column, equal columns, equally, equally wide, even rows, every second row, fade
        in, fade out, filter: blur, first child, first letter, first line, flex container, flex
        item, flex-basis, flex-grow, flex-shrink, flex-wrap, flex: 1, flexbox, flexbox or grid,
        float left, focus-visible, font + size|load|scale|mobile|fallback|weight, font loading,
        font-display, font-face, font-size, font-weight, footer + bottom|stick|short, fr unit,
        full height, gap + between|row|item, gap property, gradient, grey gap, grid +
        gap|row|item|column|span|masonry|gallery, grid area, grid or flexbox, grid-template,
        grid-template-areas, header + visible|scroll|fixed|stay|sticky, height +
        100%|nothing|full|parent|auto|fill, height 100%, height auto + animate, height: 100%,
        hidden visually, hide + phone|mobile|print|scroll|element, horizontal scrollbar, hover
        effect, ignored + width|height|margin|rule, image +
        center|circle|background|hover|overlay, image + gallery + grid, image + gap|below, image
        + squeezed|box|stretch|proportion|crop|cover|fit|round, in the middle of the, infinite
        animation, inline-block, inner box, input + border|placeholder|colour, input +
        style|focus|width, items + row|wrap|equal|space|height|column|centre, justify content,
        justify-content, keyframe, keyframes, last child, last item, layout +
        break|mobile|phone|column|print, left edge, letter spacing, letter-spacing, letters +
        space|capital, light-dark(), line + under|below|between|through, line break + button,
        line-clamp, line-height, linear-gradient, link + colour|underline|hover|color, list +
        bullet|horizontal|inline|marker, list + number|marker + style|colour, list-style,
        loading spinner, margin + collapse, margin + top|auto|between|body|last|first, margin
        and padding, margin auto, margin collapse, margin or padding, margins + added, margins +
        paragraphs, margins collapse, masonry, max-width, media queries, media query, menu +
        hover|drop|slide|above|covered|behind, min() and max(), min-height, min-width,
        min-width: 0, minmax, mix-blend-mode, mobile + layout|menu|hide|font|column, modal +
        above|behind|backdrop|centre|center, multi-column, navigation + right|align|bar|item,
        negative margin, next to each other, normalize, nowrap, nth-child, object-fit, odd rows,
        on hover, one line, overflow-wrap, overscroll, padding and margin, page break, parent
        selector, pixel or rem, place-items, placeholder + colour|color, pointer-events,
        position fixed, position sticky, position: absolute, position: fixed, position:
        relative, position: sticky, postcss, prefers, prefers-color-scheme,
        prefers-reduced-motion, print + hide|page|margin, print stylesheet, proportions, pseudo
        class, pseudo element, pseudo-class, pseudo-element, px or rem, relative and absolute,
        rem or em, repeat(, reset stylesheet, resize handle, responsive +
        image|grid|font|table|menu, right + edge|align|side|push, right edge, rule +
        wins|overrid|apply|ignored, rules + tags, sass variable, scale on hover, scroll +
        snap|bar|inside|area, scroll + visible|header|top|fixed|horizontal, scroll-behavior,
        scroll-padding, scroll-snap, scss mixin, sibling selector, side by side, sidebar +
        stay|place|scroll|sticky|fixed|width, slide + in|out|down, slide in, slides in, smooth
        scroll, space + below|between|under|around|above, spacing + between, specificity, spill
        over, spills, spills over, spinner, squeezed, stacking, stacking context, stay +
        place|sidebar|text, stay + visible|top|scroll, stay in place, sticky + overflow, sticky
        + sidebar|footer|header|head|nav, sticky + stick, sticky head, sticky header, striped,
        striped rows, style + override|apply|child|parent|input|wins|inline, styled-components,
        stylesheet, subgrid, table + stripe|zebra|width|scroll|border, tailwind, tailwind class,
        text + overflow|wrap|cut|vertical|centre|center|align|one line|two lines|break,
        text-align, text-overflow, text-shadow, theme + switch|dark|variable|colour, theme
        colors, theme colours, three columns, tooltip + position|arrow, transform: translate,
        transitions, two classes + link|colour|color|wins|same, two columns, two lines,
        underline, user-select, utility class, var(), var(--, variables in css, vertical align,
        vertical-align, viewport height, visually hidden, visually-hidden, white gap, white
        space, white-space, wide + equal|button|column|page|screen, wider, width 100%, width:
        100%, will-change, wins, word-break, wrap to, z index, z-index, zebra
        """,
        """
        absolutely positioned, align, aligned, alignment, animate, animation, aspect-ratio,
        background, background color, background image, blinking, blur, bottom of the page,
        bullet, bullets, calc, cards, center vertically, circle, clamp, class for it, classes
        for it, color, colour, colours, colours of the theme, column layout, corners, counts +
        classes, cramped, dark mode, display none, edge, ellipsis, equal height, flex, flicker,
        focus ring, font, font size, footer, footer at the bottom, footer to the bottom, full
        screen, full width, gap, grid, grid column, grid layout, grow, gutter, header + scroll,
        height, horizontal, hover, hyphens, in place, inherit, its styles, justify, keep its,
        larger screen, layout, line height, margin, mask, mobile, navigation bar, next to it,
        opacity, overflow, overflow hidden, overflows, overlap, overlaps, overlay, padding, page
        is short, phone, pixel, position absolute, pretty, pulse, reduced motion, rem,
        responsive, rotate, rounded, rounded corner, same link, sass, scroll, scrollbars, scss,
        selector, selectors, shadow, shrink, sidebar, small screen, space between, spacing,
        square, squashed, sticky, stretched, style, style sheet, styled, styles, styling, text
        next to, text overflow, the grid, the styles, theme, transition, transparent, triangle,
        truncate text, underline of links, unset, vertical, vertical alignment, vertically
        center, vh, visibility hidden, visible, visited, vw, web font, whitespace between
        inline, width, wraps
        """,
        """
        bootstrap, border, bottom, bounce, box, button, buttons, card, centered, class names,
        classes, collapse, column, columns, emotion, equal, flip, float, gallery, heading,
        image, important, initial, items, left, look, looks, menu, middle, mobile layout,
        narrow, outline, paragraph, percentage, print, right, rotate an element, row, rule,
        rules, same height, screen, scrollbar, shake, size, smaller, top, transform, translate,
        wide, wrap, wrap to the next line, zoom
        """,
    ),
    "markdown": (
        """
        markdown
        """,
        """
        front matter, readme
        """,
        """
        footnote, heading anchor, table of contents
        """,
    ),
    "xml": (
        """
        cdata, xml, xpath, xsd, xslt
        """,
        """
        namespace prefix
        """,
        "",
    ),
}
