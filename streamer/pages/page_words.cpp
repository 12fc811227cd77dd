// The words. Their order in this file is that of PageLanguage.
#include "streamer/pages/page_words.hpp"

namespace chalkline::streamer {

namespace {

constexpr PageWords kEnglish = {
    .lessons = "Lessons",
    .all_lessons = "All lessons",
    .path = "Where you are",
    .language = "Language",
    .search = "Search",
    .search_all = "Search all lessons",
    .search_within = "Search in {}",
    .everywhere = "Search everywhere",
    .kinds = {"Country", "Grade", "Subject", "Course"},
    .count = "Lessons: {}",
    .more_courses = "More courses",
    .more_lessons = "More lessons",
    .megabytes = "{}\u00a0MB",
    .sound_only = "sound only {}",
    .prepared = "being prepared",
    .files = "Files",
    .nothing_found = "Nothing was found for “{}”. Try fewer words, or other ones.",
    .no_lessons = "There are no lessons yet.",
    .page = "Page {} of {}",
    .page_alone = "Page {}",
    .before = "Previous",
    .after = "Next",
    .pictures = "Show pictures ({})",
    .no_pictures = "Hide pictures",
    .copy = "This is a copy, last in step with its source: {}. Newer lessons may be missing.",
};

constexpr PageWords kArabic = {
    .lessons = "الدروس",
    .all_lessons = "كل الدروس",
    .path = "موقعك",
    .language = "اللغة",
    .search = "بحث",
    .search_all = "ابحث في كل الدروس",
    .search_within = "ابحث في {}",
    .everywhere = "ابحث في كل مكان",
    .kinds = {"البلد", "الصف", "المادة", "المقرر"},
    .count = "الدروس: {}",
    .more_courses = "مقررات أخرى",
    .more_lessons = "دروس أخرى",
    .megabytes = "{}\u00a0م.ب",
    .sound_only = "الصوت فقط {}",
    .prepared = "قيد الإعداد",
    .files = "الملفات",
    .nothing_found = "لا نتائج لـ «{}». جرّب كلمات أقل أو كلمات أخرى.",
    .no_lessons = "لا توجد دروس بعد.",
    .page = "الصفحة {} من {}",
    .page_alone = "الصفحة {}",
    .before = "السابق",
    .after = "التالي",
    .pictures = "أظهر الصور ({})",
    .no_pictures = "أخفِ الصور",
    .copy = "هذه نسخة، كانت آخر مرة مطابقة لمصدرها: {}. قد تنقصها دروس أحدث.",
};

constexpr PageWords kSpanish = {
    .lessons = "Lecciones",
    .all_lessons = "Todas las lecciones",
    .path = "Dónde está",
    .language = "Idioma",
    .search = "Buscar",
    .search_all = "Buscar en todas las lecciones",
    .search_within = "Buscar en {}",
    .everywhere = "Buscar en todo",
    .kinds = {"País", "Grado", "Materia", "Curso"},
    .count = "Lecciones: {}",
    .more_courses = "Más cursos",
    .more_lessons = "Más lecciones",
    .megabytes = "{}\u00a0MB",
    .sound_only = "solo sonido {}",
    .prepared = "en preparación",
    .files = "Archivos",
    .nothing_found = "No se encontró nada para «{}». Pruebe con menos palabras o con otras.",
    .no_lessons = "Todavía no hay lecciones.",
    .page = "Página {} de {}",
    .page_alone = "Página {}",
    .before = "Anterior",
    .after = "Siguiente",
    .pictures = "Mostrar imágenes ({})",
    .no_pictures = "Ocultar imágenes",
    .copy = "Esto es una copia, puesta al día con su origen por última vez: {}. Pueden faltar lecciones más nuevas.",
};

constexpr PageWords kFrench = {
    .lessons = "Leçons",
    .all_lessons = "Toutes les leçons",
    .path = "Où vous êtes",
    .language = "Langue",
    .search = "Chercher",
    .search_all = "Chercher dans toutes les leçons",
    .search_within = "Chercher dans {}",
    .everywhere = "Chercher partout",
    .kinds = {"Pays", "Classe", "Matière", "Cours"},
    .count = "Leçons\u00a0: {}",
    .more_courses = "Autres cours",
    .more_lessons = "Autres leçons",
    .megabytes = "{}\u00a0Mo",
    .sound_only = "son seul {}",
    .prepared = "en préparation",
    .files = "Fichiers\u00a0",
    .nothing_found = "Rien n'a été trouvé pour «\u00a0{}\u00a0». Essayez moins de mots, ou d'autres.",
    .no_lessons = "Il n'y a pas encore de leçons.",
    .page = "Page {} sur {}",
    .page_alone = "Page {}",
    .before = "Précédent",
    .after = "Suivant",
    .pictures = "Montrer les images ({})",
    .no_pictures = "Cacher les images",
    .copy =
        "Ceci est une copie, à jour avec sa source pour la dernière fois\u00a0: {}. Des leçons plus récentes peuvent "
        "manquer.",
};

constexpr PageWords kSwahili = {
    .lessons = "Masomo",
    .all_lessons = "Masomo yote",
    .path = "Ulipo",
    .language = "Lugha",
    .search = "Tafuta",
    .search_all = "Tafuta katika masomo yote",
    .search_within = "Tafuta katika {}",
    .everywhere = "Tafuta kila mahali",
    .kinds = {"Nchi", "Darasa", "Somo", "Kozi"},
    .count = "Masomo: {}",
    .more_courses = "Kozi nyingine",
    .more_lessons = "Masomo mengine",
    .megabytes = "MB\u00a0{}",
    .sound_only = "sauti tu {}",
    .prepared = "linaandaliwa",
    .files = "Faili",
    .nothing_found = "Hakuna kilichopatikana kwa “{}”. Jaribu maneno machache zaidi, au mengine.",
    .no_lessons = "Bado hakuna masomo.",
    .page = "Ukurasa {} kati ya {}",
    .page_alone = "Ukurasa {}",
    .before = "Uliotangulia",
    .after = "Unaofuata",
    .pictures = "Onyesha picha ({})",
    .no_pictures = "Ficha picha",
    .copy = "Hii ni nakala, ililingana na asili yake mara ya mwisho: {}. Masomo mapya zaidi huenda hayapo.",
};

}  // namespace

const PageWords& words_of(PageLanguage language) {
  switch (language) {
    case PageLanguage::kEnglish: return kEnglish;
    case PageLanguage::kArabic: return kArabic;
    case PageLanguage::kSpanish: return kSpanish;
    case PageLanguage::kFrench: return kFrench;
    case PageLanguage::kSwahili: return kSwahili;
  }
  return kEnglish;
}

}  // namespace chalkline::streamer
