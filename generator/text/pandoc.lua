-- What a worker of pandoc.py runs: it converts one text after another, until there are no more.
-- A request is a line of JSON and as many bytes of text as the line says; a reply is the same.

local function read(request, text)
  local options = { abbreviations = {} }
  for _, word in ipairs(request.abbreviations) do
    options.abbreviations[word] = true
  end
  return pandoc.read(text, request.from, options)
end

local function with_lower_headings(document, levels)
  return document:walk { Header = function(heading)
    heading.level = heading.level + levels
    return heading
  end }
end

-- Pandoc's options of a writer: templates are compiled, as the command line does.
local function writer_options(request)
  local options = request.options
  if request.to == 'docx' then
    options.template = pandoc.template.compile(pandoc.template.default('docx'))
  elseif options.template then
    options.template = pandoc.template.compile(options.template)
  end
  if request.plain_code then
    options.highlight_method = 'none'
  end
  return options
end

local function converted(request, text)
  local document = with_lower_headings(read(request, text), request.lower)
  if request.to == 'docx' then
    pandoc.mediabag.empty()
    document = pandoc.mediabag.fill(document)
  end
  local made = pandoc.write(document, request.to, writer_options(request))
  if request.to ~= 'docx' and made:sub(-1) ~= '\n' then
    made = made .. '\n'
  end
  return made
end

-- The warnings among what pandoc has logged, newest first, as its command line prints them.
local function warnings(messages)
  local lines = {}
  for _, message in ipairs(messages) do
    local entry = pandoc.json.decode(pandoc.json.encode(message), false)
    if entry.verbosity ~= 'INFO' then
      table.insert(lines, 1, '[' .. entry.verbosity .. '] ' .. entry.pretty:gsub('\n', '\n  '))
    end
  end
  return table.concat(lines, '\n')
end

for line in io.lines() do
  local request = pandoc.json.decode(line, false)
  local text = request.size > 0 and io.read(request.size) or ''
  local messages, done, made = pandoc.log.silence(pcall, converted, request, text)
  made = done and made or tostring(made)
  io.write(pandoc.json.encode { done = done, warnings = warnings(messages), size = #made }, '\n', made)
  io.flush()
end
