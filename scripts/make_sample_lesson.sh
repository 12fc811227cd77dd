#!/usr/bin/env bash
# make_sample_lesson.sh DIR: a lesson to try Chalkline with, made on the spot: five 1280x720 slides, one of them with a ball
# that really falls, read aloud in English and French by espeak-ng. Writes DIR/lesson.mp4 (H.264, two AAC tracks, English
# subtitles, chapters) and DIR/lesson.fr.vtt. Does nothing when they are there and newer than this script. The same tools
# make the same bytes.
set -euo pipefail

out=${1:?usage: make_sample_lesson.sh DIR}
if [ "$out/lesson.mp4" -nt "$0" ] && [ "$out/lesson.fr.vtt" -nt "$0" ]; then exit 0; fi
for tool in ffmpeg espeak-ng; do
  command -v "$tool" >/dev/null || { echo "make_sample_lesson: $tool is not installed; run: apt-get install $tool" >&2; exit 1; }
done
mkdir -p "$out"
work=$(mktemp -d "$out/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
bold=/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf
mono=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf

# One slide each: title, body ("|" ends a line), what is said in English, in French.
titles=("How things fall" "A question" "Watch the ball" "What the picture shows" "Remember")
bodies=(
  "Physics, grade 7||Everyday motion, lesson 1"
  "A stone and a marble are dropped|from the same height,|at the same moment.||Which one lands first?"
  ""
  "time        0 s    1 s    2 s    3 s|distance    0 m    5 m   20 m   45 m||Twice the time, four times the way.||d = g t² / 2     g = 9.81 m/s²"
  "1.  Without air, everything falls alike.|2.  A falling thing gets faster all the time.|3.  Twice the time: four times the way.||Try it: drop a coin and a key together."
)
english=(
  "Welcome. Today we look at something that happens around you every day: how things fall."
  "Here is a question. A stone and a marble are dropped from the same height, at the same moment. Which one lands first? Think about it before you go on."
  "Now watch the ball. It starts slowly. Then it gets faster and faster, until it meets the ground and comes back up, a little less high each time."
  "The picture shows how far the ball has come. After one second, five metres. After two seconds, twenty. After three seconds, forty five. Twice the time makes four times the distance."
  "Remember three things. Without air, everything falls alike. A falling thing gets faster all the time. And twice the time makes four times the way. Try it yourself, with a coin and a key."
)
french=(
  "Bienvenue. Aujourd'hui, nous regardons une chose qui arrive chaque jour autour de vous : la chute des objets."
  "Voici une question. On laisse tomber une pierre et une bille de la même hauteur, au même moment. Laquelle touche le sol en premier ? Réfléchissez avant de continuer."
  "Maintenant, regardez la balle. Elle part lentement. Puis elle va de plus en plus vite, jusqu'au sol, et elle rebondit, un peu moins haut à chaque fois."
  "Le tableau montre le chemin parcouru. Après une seconde, cinq mètres. Après deux secondes, vingt. Après trois secondes, quarante-cinq. Deux fois plus de temps, quatre fois plus de chemin."
  "Retenez trois choses. Sans air, tous les objets tombent de la même façon. Un objet qui tombe va de plus en plus vite. Et deux fois plus de temps fait quatre fois plus de chemin. Essayez avec une pièce et une clé."
)

# Milliseconds of a WAV file as espeak-ng writes it: 44 bytes of header, 22050 Hz, mono, 16 bit.
wav_ms() { echo $((($(stat -c %s "$1") - 44) * 1000 / 44100)); }
vtt_time() { printf '%02d:%02d:%02d.%03d' $(($1 / 3600000)) $(($1 / 60000 % 60)) $(($1 / 1000 % 60)) $(($1 % 1000)); }
srt_time() { vtt_time "$1" | tr . ,; }

# ---- voices: each slide stands as long as the longer of its two readings, and a second -------------------------------------
lengths=() starts=() total=0
for i in "${!titles[@]}"; do
  espeak-ng -v en-gb -s 150 -w "$work/en$i.wav" -- "${english[i]}"
  espeak-ng -v fr-fr -s 155 -w "$work/fr$i.wav" -- "${french[i]}"
  en=$(wav_ms "$work/en$i.wav") fr=$(wav_ms "$work/fr$i.wav")
  longest=$((en > fr ? en : fr))
  lengths[i]=$(((longest + 1000 + 39) / 40 * 40)) # whole frames at 25 frames/s
  starts[i]=$total
  total=$((total + lengths[i]))
done

# captions FILE LANGUAGE srt|vtt: one cue a sentence, its time shared out by its length.
captions() {
  local file=$1 language=$2 form=$3 cue=0 i spoken text sentence said at
  if [ "$form" = vtt ]; then printf 'WEBVTT\n\n' >"$file"; else : >"$file"; fi
  for i in "${!titles[@]}"; do
    if [ "$language" = en ]; then text=${english[i]}; else text=${french[i]}; fi
    spoken=$(wav_ms "$work/$language$i.wav") said=0
    while IFS= read -r sentence; do
      [ -n "$sentence" ] || continue
      at=$((starts[i] + spoken * said / ${#text}))
      said=$((said + ${#sentence} + 1))
      printf '%d\n%s --> %s\n%s\n\n' $((++cue)) "$("${form}_time" "$at")" \
        "$("${form}_time" $((starts[i] + spoken * said / (${#text} + 1))))" "$sentence" >>"$file"
    done < <(sed -E 's/([.?]) /\1\n/g' <<<"$text")
  done
}
captions "$work/en.srt" en srt
captions "$work/fr.vtt" fr vtt

# ---- pictures ---------------------------------------------------------------------------------------------------------------
# The ball is one small picture laid over the slide: y = 1/2 g t² down, then bounces that reach 1/2 and 1/4 of the height,
# each in its own time (a bounce to 1/2 takes sqrt(1/2) as long), over 6 s; then again.
ffmpeg -v error -y -f lavfi -i "color=c=black@0:s=64x64,format=rgba,geq=r='224':g='86':b='36':a='255*lte(hypot(X-31.5,Y-31.5),31)'" \
  -frames:v 1 "$work/ball.png"
fall="st(0,mod(t,6));110+430*if(lt(ld(0),2),pow(ld(0)/2,2),if(lt(ld(0),4.83),0.5+0.5*pow((ld(0)-3.415)/1.415,2),1-max(0,0.15-0.15*pow((ld(0)-5.415)/0.585,2))))"

inputs=() chain="" joined=""
for i in "${!titles[@]}"; do
  seconds=$(printf '%d.%03d' $((lengths[i] / 1000)) $((lengths[i] % 1000)))
  inputs+=(-f lavfi -t "$seconds" -i "color=c=0xFDFBF3:s=1280x720:r=25")
  printf '%s' "${titles[i]}" >"$work/title$i.txt"
  chain+="[$i:v]drawbox=x=0:y=0:w=1280:h=96:color=0x1F4E3D:t=fill,"
  chain+="drawtext=fontfile=$bold:textfile=$work/title$i.txt:fontsize=48:fontcolor=white:x=56:y=24"
  line=0 face=$font
  [ "$i" != 3 ] || face=$mono # a table
  while IFS= read -r text; do
    if [ -n "$text" ]; then
      printf '%s' "$text" >"$work/body$i.$line.txt"
      chain+=",drawtext=fontfile=$face:textfile=$work/body$i.$line.txt:fontsize=38:fontcolor=0x202020:x=80:y=$((170 + 64 * line))"
    fi
    line=$((line + 1))
  done < <(tr '|' '\n' <<<"${bodies[i]}")
  chain+=",drawtext=fontfile=$font:text='$((i + 1)) / ${#titles[@]}':fontsize=24:fontcolor=0x808080:x=1180:y=676"
  if [ "$i" = 2 ]; then
    chain+=",drawbox=x=0:y=604:w=1280:h=6:color=0x202020:t=fill"
    for metre in 0 5 20 45; do
      y=$((142 + metre * 430 / 45))
      chain+=",drawbox=x=420:y=$y:w=40:h=3:color=0x202020:t=fill,drawtext=fontfile=$font:text='$metre m':fontsize=26:fontcolor=0x202020:x=330:y=$((y - 12))"
    done
    chain+="[paper];[paper][${#titles[@]}:v]overlay=x=600:y='$fall':shortest=1:format=auto"
  fi
  chain+=",setsar=1,format=yuv420p[v$i];"
  joined+="[v$i]"
done
inputs+=(-loop 1 -framerate 25 -t "$((lengths[2] / 1000 + 1))" -i "$work/ball.png")
n=$((${#titles[@]} + 1))
for language in en fr; do
  parts=""
  for i in "${!titles[@]}"; do
    inputs+=(-i "$work/$language$i.wav")
    chain+="[$n:a]apad=whole_dur=${lengths[i]}ms,atrim=end=${lengths[i]}ms,asetpts=N/SR/TB[$language$i];"
    parts+="[$language$i]"
    n=$((n + 1))
  done
  chain+="${parts}concat=n=${#titles[@]}:v=0:a=1,aresample=48000[$language];"
done
chain+="${joined}concat=n=${#titles[@]}:v=1:a=0[v]"

{
  printf ';FFMETADATA1\ntitle=How things fall\n'
  for i in "${!titles[@]}"; do
    printf '[CHAPTER]\nTIMEBASE=1/1000\nSTART=%d\nEND=%d\ntitle=%s\n' "${starts[i]}" $((starts[i] + lengths[i])) "${titles[i]}"
  done
} >"$work/chapters.txt"

echo "making a sample lesson of $((total / 1000)) s in $out" >&2
ffmpeg -v error -y "${inputs[@]}" -i "$work/en.srt" -i "$work/chapters.txt" -filter_complex "$chain" \
  -map '[v]' -map '[en]' -map '[fr]' -map "$n:s" -map_metadata $((n + 1)) -map_chapters $((n + 1)) \
  -c:v libx264 -preset veryfast -crf 20 -threads 2 -g 250 -c:a aac -b:a 96k -c:s mov_text \
  -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:s:0 language=eng \
  -disposition:a:0 default -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart \
  -f mp4 "$work/lesson.mp4"
mv "$work/fr.vtt" "$out/lesson.fr.vtt"
mv "$work/lesson.mp4" "$out/lesson.mp4"
